'use server';

import { revalidatePath } from 'next/cache';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { prisma } from '@/lib/prisma';

const createSchema = z.object({ title: z.string().min(1), body: z.string() });

export async function createPost(_state: unknown, form: FormData): Promise<{ error: string } | undefined> {
  const parsed = createSchema.safeParse(Object.fromEntries(form));
  if (!parsed.success) return { error: parsed.error.issues[0]?.message ?? 'invalid' };
  const post = await prisma.post.create({ data: parsed.data });
  const rows = await prisma.$queryRaw<{ n: bigint }[]>`SELECT count(*) AS n FROM "Post" WHERE id = ${post.id}`;
  console.info(`Insert into posts done: id=${post.id}, rows=${rows.length}`);
  revalidatePath(`/posts/${post.id}`);
  redirect(`/posts/${post.id}`);
}

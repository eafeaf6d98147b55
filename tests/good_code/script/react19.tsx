import { use, useActionState, useOptimistic, useTransition, type ReactNode } from 'react';
import { z } from 'zod';

const orderSchema = z.object({ id: z.string().uuid(), note: z.string().max(200) });
type Order = z.infer<typeof orderSchema>;

interface Props {
  readonly orders: Promise<readonly Order[]>;
  readonly save: (order: Order) => Promise<void>;
  readonly children?: ReactNode;
}

export function OrderList({ orders, save, children }: Props) {
  const list = use(orders);
  const [isPending, startTransition] = useTransition();
  const [shown, addShown] = useOptimistic(list, (now, order: Order) => [...now, order]);
  const [state, submit] = useActionState(async (_before: string | null, form: FormData) => {
    const parsed = orderSchema.safeParse(Object.fromEntries(form));
    if (!parsed.success) return parsed.error.message;
    addShown(parsed.data);
    startTransition(() => save(parsed.data));
    return null;
  }, null);
  return (
    <form action={submit}>
      <style dangerouslySetInnerHTML={{ __html: `.row { color: red }` }} />
      {shown.map((order) => <p key={order.id} className={`row ${isPending ? 'dim' : ''}`}>{order.note}</p>)}
      <input name="note" aria-label="Note" />
      {state !== null && <output>{state}</output>}
      {children}
    </form>
  );
}

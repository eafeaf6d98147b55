import { computed, ref, watchEffect, type Ref } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import DOMPurify from 'dompurify';
import { marked } from 'marked';

export function useArticle(id: Ref<string>) {
  const source = ref('');
  const error = ref<Error | null>(null);
  const router = useRouter();
  const route = useRoute();
  const html = computed(() => DOMPurify.sanitize(marked.parse(source.value, { async: false })));

  watchEffect(async (onCleanup) => {
    const controller = new AbortController();
    onCleanup(() => controller.abort());
    try {
      const response = await fetch(`/api/articles/${encodeURIComponent(id.value)}`, { signal: controller.signal });
      if (!response.ok) throw new Error(`select from articles failed: code=${response.status}`);
      source.value = await response.text();
    } catch (caught) {
      error.value = caught instanceof Error ? caught : new Error(String(caught));
    }
  });

  const back = () => router.push(typeof route.query.next === 'string' ? route.query.next : '/');
  return { html, error, back };
}

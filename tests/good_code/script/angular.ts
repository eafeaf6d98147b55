import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal } from '@angular/core';
import { DomSanitizer, type SafeResourceUrl } from '@angular/platform-browser';
import { HttpClient } from '@angular/common/http';
import { toSignal } from '@angular/core/rxjs-interop';

@Component({
  selector: 'app-cart',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<p>{{ total() }} of {{ limit() }}</p> @if (isFull()) { <b>Full</b> }`,
})
export class CartComponent {
  readonly limit = input.required<number>();
  private readonly http = inject(HttpClient);
  private readonly sanitizer = inject(DomSanitizer);
  readonly items = toSignal(this.http.get<readonly { price: number }[]>('/api/cart'), { initialValue: [] });
  readonly total = computed(() => this.items().reduce((sum, item) => sum + item.price, 0));
  readonly isFull = computed(() => this.total() >= this.limit());
  readonly query = signal('');
  readonly clean = computed(() => this.sanitizer.sanitize(1, this.query()));
  readonly log = effect(() => console.debug(`update cart set total=${this.total()}`));
  constructor() {
    effect(() => localStorage.setItem('query', this.query()));
  }
}

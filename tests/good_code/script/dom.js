import { icon } from './icons.js';
import logo from './logo.svg';

const list = document.querySelector('#list');
const money = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' });
const rows = (items) => items.map((item) => `<li class="${item.isOpen ? 'open' : 'shut'}">${escapeHtml(item.name)}</li>`).join('');

export function show(items, count) {
  list.innerHTML = rows(items);
  list.innerHTML = `<img src="${logo}" alt="">${icon('cart')}<b>${count}</b> ${money.format(count)}`;
  list.insertAdjacentHTML('beforeend', `<li>${escapeHtml(items.at(-1)?.name ?? '')}</li>`);
  const safeName = escapeHtml(items[0].name);
  list.outerHTML = `<ul data-n="${items.length}">${safeName}</ul>`;
  list.innerHTML = '';
  list.replaceChildren(...items.map((item) => Object.assign(document.createElement('li'), { textContent: item.name })));
  list.innerHTML = items.length === 0 ? '<li>none</li>' : `<li>${items.length} of ${Math.max(...items.map((item) => item.n))}</li>`;
  setTimeout(() => list.remove(), 1000);
}

const STYLES = `:host { display: block } .bar { height: 4px }`;
const template = document.createElement('template');
template.innerHTML = `<style>${STYLES}</style><div class="bar"></div><slot></slot>`;

const escapeHtml = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

export class ProgressBar extends HTMLElement {
  static observedAttributes = ['value', 'max'];
  #root = this.attachShadow({ mode: 'open' });

  connectedCallback() {
    this.#root.append(template.content.cloneNode(true));
    this.render();
  }

  get percent() {
    return (100 * Number(this.getAttribute('value'))) / Number(this.getAttribute('max') ?? 100);
  }

  render() {
    const label = escapeHtml(this.getAttribute('label') ?? '');
    this.#root.innerHTML = `
      <style>${STYLES}</style>
      <p>${label}: ${this.percent.toFixed(1)} %</p>
      <ul>${this.items.map((item, i) => `<li data-index="${i}">${escapeHtml(item.name)} (${i + 1})</li>`).join('')}</ul>
      ${this.renderFooter()}
    `;
  }
}

customElements.define('progress-bar', ProgressBar);

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { render } from './render.js';
import { findUser } from './users.js';

describe('render', () => {
  beforeEach(() => {
    document.body.innerHTML = `<div id="${'app'}"><p>${location.href}</p></div>`;
  });

  afterEach(() => {
    vi.restoreAllMocks();
    document.body.innerHTML = '';
  });

  it('shows the name', () => {
    const name = 'Ada';
    const root = document.createElement('div');
    root.innerHTML = `<b>${name}</b>`;
    expect(render({ name })).toBe(root.innerHTML);
  });

  it.each([1, 2])('finds user %i', async (id) => {
    const query = vi.fn().mockResolvedValue([{ id }]);
    await findUser(query, id);
    expect(query).toHaveBeenCalledWith('SELECT * FROM users WHERE id = $1', [id]);
    expect(query.mock.calls[0]?.[0]).not.toContain(`SELECT * FROM users WHERE id = ${id}`);
  });

  it('talks to a server with its own certificate', async () => {
    const response = await fetch('https://localhost', { dispatcher: new Agent({ connect: { rejectUnauthorized: false } }) });
    expect(response.ok).toBe(true);
  });
});

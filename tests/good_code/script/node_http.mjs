import { createServer } from 'node:http';
import https from 'node:https';
import { readFileSync } from 'node:fs';
import { randomUUID, timingSafeEqual } from 'node:crypto';
import vm from 'node:vm';

const agent = new https.Agent({ ca: readFileSync('ca.pem'), rejectUnauthorized: process.env.NODE_ENV !== 'test' });
const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(`<p>${escapeHtml(url.searchParams.get('q') ?? '')}</p><!-- ${randomUUID()} -->`);
});
server.listen(0, () => console.log(`listening on ${server.address()?.port}`));
export const same = (a, b) => timingSafeEqual(Buffer.from(a), Buffer.from(b));
export const two = vm.runInNewContext('1 + 1');
export { agent };

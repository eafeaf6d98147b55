// Sends the requests of Context7 1.0.x, whose base URL is fixed in its code, to CONTEXT7_TEST_BASE.
// Preloaded with NODE_OPTIONS=--import=file:///...; every other request to the outside is refused.

const FIXED = "https://context7.com/api";
const base = process.env.CONTEXT7_TEST_BASE;
const realFetch = globalThis.fetch;

globalThis.fetch = (input, options) => {
  const url = String(input instanceof Request ? input.url : input);
  if (!base || !url.startsWith(FIXED)) {
    return Promise.reject(new TypeError(`context7_redirect: ${url} is not for tests`));
  }
  return realFetch(base + url.slice(FIXED.length), options);
};

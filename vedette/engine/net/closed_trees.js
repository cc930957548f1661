/* Runs in every document before the page's own scripts: keeps hold of the shadow trees that are closed to others, and
   gives them to who knows the word. Natives look as ever. */
(() => {
"use strict";
const TOKEN = "%TOKEN%", { apply, defineProperty, getOwnPropertyDescriptor } = Reflect;
const closed = new WeakMap(), sources = new WeakMap(), nativeAdd = EventTarget.prototype.addEventListener;
try { if (typeof apply(nativeAdd, window, [TOKEN]) === "function") return; } catch (_) { /* the first time */ }
const around = (owner, name, work) => {
  const known = getOwnPropertyDescriptor(owner, name), original = known.value;
  const proxy = new Proxy(original, { apply: (target, self, args) => work(target, self, args) });
  sources.set(proxy, original);
  defineProperty(owner, name, Object.assign({}, known, { value: proxy }));
};
around(Function.prototype, "toString", (target, self, args) => apply(target, sources.get(self) || self, args));
around(EventTarget.prototype, "addEventListener", (target, self, args) =>
  args.length === 1 && args[0] === TOKEN ? (host) => closed.get(host) : apply(target, self, args));
around(Element.prototype, "attachShadow", (target, self, args) => {
  const root = apply(target, self, args);
  if (root.mode === "closed") closed.set(self, root);
  return root;
});
})();

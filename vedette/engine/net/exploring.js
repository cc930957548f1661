/* Runs in every document before the page's own scripts: notes what the page listens to and asks for, lists what a
   person could do, and does it. Nothing of it is visible to the page but through natives that look as ever. */
(() => {
"use strict";
const TOKEN = "%TOKEN%", REFUSED = new RegExp("%REFUSED%", "i");
const { apply, construct, defineProperty, getOwnPropertyDescriptor } = Reflect;
const nativeAdd = EventTarget.prototype.addEventListener, nativeLater = window.setTimeout;
const nativeClear = window.clearTimeout, nativeString = Function.prototype.toString;
const nativeDispatch = EventTarget.prototype.dispatchEvent, nativeSrc = new WeakMap();
const nativeThen = Promise.prototype.then, nativeFrame = window.requestAnimationFrame;
const now = () => performance.now();
const isTop = (() => { try { return window.top === window; } catch (_) { return false; } })();
try { if (typeof nativeAdd.call(window, TOKEN) === "object") return; } catch (_) { /* the first time */ }

const MAX_NOTES = 2000, MAX_ELEMENTS = 6000, MAX_LINES = 1500, MAX_ACTIONS = 400, MAX_ALIKE = 20, MAX_SAME = 2;
const MAX_HTML = 1500000, BRIEF_MS = 1000, LONG_MS = 600000;
const QUIET_MS = 30, FRAMES_MS = 100, SOON_MS = 250, FLIGHT_MS = 3000, MAX_ROUNDS = 3, MAX_TOLD = 200;
const notes = [], noted = new Set(), listeners = new WeakMap(), closed = new WeakMap(), timers = new Map();
const observed = new Set(), sources = new WeakMap(), requests = new WeakMap();
const flights = new Map(), soon = new Set(), told = new Set();
let listed = [], stirred = 0, landed = 0;

const quiet = (work, other) => { try { return work(); } catch (_) { return other; } };
const absolute = (url) => quiet(() => new URL(String(url), document.baseURI).href, "");
const note = (kind, url, more) => quiet(() => {
  const row = Object.assign({ kind, url: kind === "text" ? String(url) : absolute(url) }, more || {});
  const key = JSON.stringify(row);
  if (!row.url || noted.has(key) || notes.length >= MAX_NOTES) return;
  noted.add(key);
  notes.push(row);
});
const hash = (text) => {
  let value = 2166136261;
  for (let at = 0; at < text.length && at < 3000; at++) value = Math.imul(value ^ text.charCodeAt(at), 16777619);
  return (value >>> 0).toString(36);
};
/* Vue listens by one wrapper that looks the same everywhere, and keeps what it calls on it. */
const innerOf = (fn) => quiet(() => (Array.isArray(fn.value) ? fn.value[0] : fn.value), null);
const sourceOf = (fn) => quiet(() => apply(nativeString, typeof innerOf(fn) === "function" ? innerOf(fn) : fn, []), "");
const NOTHING = /^(?:async\s*)?(?:function\b[^(]*)?\([^)]*\)\s*(?:=>\s*)?\{\s*\}$/;
const idle = (fn) => typeof fn === "function" && NOTHING.test(sourceOf(fn));

/* ---- natives that tell us ---- */
const around = (owner, name, work) => quiet(() => {
  const known = owner && getOwnPropertyDescriptor(owner, name);
  if (!known || typeof known.value !== "function") return;
  const original = known.value;
  const proxy = new Proxy(original, {
    apply: (target, self, args) => work(target, self, args),
    construct: (target, args, made) => { quiet(() => work(null, null, args)); return construct(target, args, made); },
  });
  sources.set(proxy, original);
  defineProperty(owner, name, Object.assign({}, known, { value: proxy }));
  if (original.prototype && original.prototype.constructor === original)
    quiet(() => defineProperty(original.prototype, "constructor", { value: proxy, writable: true, configurable: true }));
});
const before = (owner, name, look) => around(owner, name, (target, self, args) => {
  quiet(() => look(self, args));
  return target === null ? undefined : apply(target, self, args);
});
around(Function.prototype, "toString", (target, self, args) => apply(target, sources.get(self) || self, args));

const typesOf = (target) => listeners.get(target);
const listen = (target, type, fn) => {
  let types = listeners.get(target);
  if (!types) listeners.set(target, (types = new Map()));
  if (!types.has(type)) types.set(type, new Set());
  types.get(type).add(fn);
};
around(EventTarget.prototype, "addEventListener", (target, self, args) => {
  if (args.length === 1 && args[0] === TOKEN) return api;
  quiet(() => { if (args[1]) listen(self || window, String(args[0]), args[1]); });
  return apply(target, self, args);
});
before(EventTarget.prototype, "removeEventListener", (self, args) => {
  const types = listeners.get(self || window), set = types && types.get(String(args[0]));
  if (set) { set.delete(args[1]); if (!set.size) types.delete(String(args[0])); }
});
around(Element.prototype, "attachShadow", (target, self, args) => {
  const root = apply(target, self, args);
  quiet(() => { if (args[0] && args[0].mode === "closed") closed.set(self, root); });
  return root;
});
for (const name of ["pushState", "replaceState"])
  before(History.prototype, name, (self, args) => { if (args[2] != null) note("route", args[2]); });
const bodyOf = (body) => {
  if (body == null) return {};
  if (typeof body === "string") return { body: body.slice(0, 65536) };
  if (body instanceof URLSearchParams) return { body: String(body), encoding: "application/x-www-form-urlencoded" };
  if (body instanceof FormData) return { pairs: pairsOf(body), encoding: "multipart/form-data" };
  if (body instanceof Blob && body.type) return { encoding: body.type };
  return {};
};
const pairsOf = (data) => [...data].slice(0, 200).map(([name, value]) =>
  typeof value === "string" ? [name, value.slice(0, 4096), ""] : [name, "", value.name || "file"]);
const headersOf = (given) => quiet(() => (given ? [...new Headers(given)] : []), []);
/* A request is under way until it is answered: what a page shows then it did not show before. */
const flight = () => {
  const key = {};
  flights.set(key, now());
  return () => { if (flights.delete(key)) stirred = landed = now(); };
};
around(window, "fetch", (target, self, args) => {
  if (target === null) return undefined;
  quiet(() => noteFetch(args));
  const made = apply(target, self, args), over = flight();
  quiet(() => apply(nativeThen, made, [over, over]));
  return made;
});
const noteFetch = (args) => {
  const asked = args[0], options = args[1] || {};
  const whole = asked instanceof Request ? asked : null;
  const method = String(options.method || (whole && whole.method) || "GET").toUpperCase();
  const headers = headersOf(options.headers || (whole && whole.headers));
  note("fetch", whole ? whole.url : asked, Object.assign({ method, headers }, bodyOf(options.body)));
};
const xhr = window.XMLHttpRequest && XMLHttpRequest.prototype;
before(xhr, "open", (self, args) => requests.set(self, { method: String(args[0]).toUpperCase(), url: args[1], headers: [] }));
before(xhr, "setRequestHeader", (self, args) => {
  const known = requests.get(self);
  if (known) known.headers.push([String(args[0]), String(args[1])]);
});
before(xhr, "send", (self, args) => {
  const known = requests.get(self);
  quiet(() => apply(nativeAdd, self, ["loadend", flight(), { once: true }]));
  if (known) note("xhr", known.url, Object.assign({ method: known.method, headers: known.headers }, bodyOf(args[0])));
});
before(window, "WebSocket", (self, args) => note("socket", String(absolute(args[0])).replace(/^ws/, "http")));
before(window, "EventSource", (self, args) => note("stream", args[0]));
before(window, "Worker", (self, args) => note("worker", args[0]));
before(window, "SharedWorker", (self, args) => note("worker", args[0]));
before(window.Navigator && Navigator.prototype, "sendBeacon", (self, args) =>
  note("beacon", args[0], Object.assign({ method: "POST", headers: [] }, bodyOf(args[1]))));
before(window.ServiceWorkerContainer && ServiceWorkerContainer.prototype, "register", (self, args) => note("worker", args[0]));
const gather = (value, depth) => {
  if (typeof value === "string") { if (value.length < 4096) note("text", value); }
  else if (value && typeof value === "object" && depth < 4)
    for (const key of Object.keys(value).slice(0, 50)) gather(value[key], depth + 1);
};
before(window, "postMessage", (self, args) => gather(args[0], 0));
before(window.MessagePort && MessagePort.prototype, "postMessage", (self, args) => gather(args[0], 0));
around(window, "open", (target, self, args) => {
  if (target === null) return undefined;
  if (args[0]) note("window", args[0]);
  const place = { set href(url) { note("window", url); }, get href() { return "about:blank"; } };
  place.assign = place.replace = (url) => note("window", url);
  const nothing = () => undefined;
  const page = { write: (html) => note("markup", location.href, { markup: String(html).slice(0, 65536) }), close: nothing };
  const made = { closed: false, focus: nothing, blur: nothing, close: nothing, postMessage: (data) => gather(data, 0), document: page };
  quiet(() => defineProperty(made, "location", { get: () => place, set: (url) => note("window", url) }));
  return made;
});
around(window, "alert", () => undefined);
around(window, "print", () => undefined);
around(window, "close", () => undefined);
around(window, "confirm", (target, self, args) => !REFUSED.test(String(args[0] || "")));
around(window, "prompt", (target, self, args) => String(args[1] || "test"));

const keep = (name, every) => around(window, name, (target, self, args) => {
  const work = args[0], delay = +args[1] || 0, rest = args.slice(2);
  if (target === null || typeof work !== "function" || every && delay < SOON_MS) return target && apply(target, self, args);
  if (delay < SOON_MS) {
    const once = function () { soon.delete(brief); stirred = now(); return apply(work, this === undefined ? window : this, rest); };
    const brief = apply(target, self, [once, delay]);
    soon.add(brief);
    return brief;
  }
  let id = 0;
  const run = function () { if (!every) timers.delete(id); return apply(work, this === undefined ? window : this, rest); };
  id = apply(target, self, [run, delay]);
  timers.set(id, { run, work, delay, every, runs: 0 });
  return id;
});
keep("setTimeout", false);
keep("setInterval", true);
for (const name of ["clearTimeout", "clearInterval"])
  before(window, name, (self, args) => { timers.delete(args[0]); soon.delete(args[0]); });
/* What waits for up to so many milliseconds happens now. */
const forward = (limit) => {
  const due = [...timers].filter(([, timer]) => timer.delay <= limit && timer.runs < 3);
  due.sort((left, right) => left[1].delay - right[1].delay || left[0] - right[0]);
  for (const [id, timer] of due.slice(0, 40)) {
    timer.runs++;
    if (!timer.every) { apply(nativeClear, window, [id]); timers.delete(id); }
    quiet(() => timer.run());
  }
  return Math.min(due.length, 40);
};
before(window.IntersectionObserver && IntersectionObserver.prototype, "observe", (self, args) => {
  if (observed.size < 200) observed.add(args[0]);
});

/* ---- leaving the page: told, not done ---- */
quiet(() => apply(nativeAdd, window.navigation, ["navigate", (event) => quiet(() => {
  const to = event.destination;
  if (to.sameDocument || event.hashChange) { note("route", to.url); return; }
  if (!isTop && document.readyState !== "complete") return;
  const form = event.sourceElement && event.sourceElement.form || event.sourceElement;
  const encoding = (form && form.enctype) || "application/x-www-form-urlencoded";
  if (event.navigationType !== "reload")
    note("navigation", to.url, event.formData
      ? { method: "POST", headers: [], pairs: pairsOf(event.formData), encoding } : { method: "GET", headers: [] });
  if (event.cancelable) event.preventDefault();
})]));
apply(nativeAdd, window, ["hashchange", () => note("route", location.href)]);
const stay = (event) => quiet(() => {
  const link = event.composedPath().find((one) => one.tagName === "A" || one.tagName === "AREA");
  if (!link || !link.href || event.defaultPrevented) return;
  const to = new URL(link.href, document.baseURI), here = new URL(location.href);
  if (to.protocol === "javascript:") return;
  if (to.origin === here.origin && to.pathname === here.pathname && to.search === here.search && to.hash) return;
  event.preventDefault();
  note("navigation", link.href, { method: "GET", headers: [] });
});

/* ---- what is there ---- */
const rootOf = (element) => closed.get(element) || element.shadowRoot;
const everything = () => {
  const found = [], stack = [document];
  while (stack.length && found.length < MAX_ELEMENTS) {
    const root = stack.shift();
    const walker = document.createTreeWalker(root, 1);
    for (let one = walker.nextNode(); one && found.length < MAX_ELEMENTS; one = walker.nextNode()) {
      found.push(one);
      const inner = rootOf(one);
      if (inner) stack.push(inner);
    }
  }
  return found;
};
const isVisible = (element) => quiet(() => element.checkVisibility({ visibilityProperty: true }) &&
  element.getClientRects().length > 0, false);
/* What stays as it is while a page is listed is found out once. */
let seen = null, spoken = null;
const once = (kept, element, find) => {
  if (!kept) return find(element);
  if (!kept.has(element)) kept.set(element, find(element));
  return kept.get(element);
};
const visible = (element) => once(seen, element, isVisible);
const mask = (text) => text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, "x").replace(/\d+/g, "0").replace(/\s+/g, " ").trim();
const ownText = (element) => {
  let text = "";
  for (let one = element.firstChild; one && text.length < 160; one = one.nextSibling) if (one.nodeType === 3) text += one.data;
  return text.replace(/\s+/g, " ").trim().slice(0, 160);
};
const MAX_NAMED = 8;
/* What holds many others is not called by all that stands in it: that changes with every step. */
const wordsOf = (element) => !/^(BUTTON|A|LI|TR|LABEL|SUMMARY|SELECT|FORM)$/.test(element.tagName) &&
  element.getElementsByTagName("*").length > MAX_NAMED ? ownText(element) : (element.innerText || element.textContent || "").trim();
const labelOf = (element) => quiet(() => {
  const text = element.getAttribute("aria-label") || wordsOf(element) ||
    element.title || (/^(button|submit|reset|image)$/.test(element.type) ? element.value || element.alt : "") ||
    element.placeholder || element.name || "";
  return String(text).replace(/\s+/g, " ").slice(0, 80);
}, "");

const ON = ["click", "dblclick", "mousedown", "mouseup", "mouseover", "mouseenter", "mousemove", "mouseout", "mouseleave",
  "contextmenu", "auxclick", "focus", "blur", "keydown", "keypress", "keyup", "pointerdown", "pointerup", "pointerover",
  "pointerenter", "pointermove", "pointerleave", "touchstart", "touchend", "touchmove", "change", "input", "wheel",
  "dragstart", "dragover", "drop", "copy", "paste", "cut"];
const KINDS = { click: "click", mousedown: "click", mouseup: "click", pointerdown: "click", pointerup: "click",
  touchstart: "press", touchend: "press", touchmove: "press", auxclick: "context", dblclick: "dblclick", mouseover: "hover",
  mouseenter: "hover", mousemove: "hover", pointerover: "hover", pointerenter: "hover", pointermove: "hover",
  mouseout: "leave", mouseleave: "leave", pointerleave: "leave", pointerout: "leave", contextmenu: "context",
  focus: "focus", focusin: "focus", blur: "focus", focusout: "focus", keydown: "key", keypress: "key", keyup: "key",
  change: "change", input: "change", wheel: "wheel", dragstart: "drag", copy: "clip", paste: "clip", cut: "clip" };
const NATIVE = new Set(("load error domcontentloaded readystatechange beforeunload unload pagehide pageshow visibilitychange " +
  "online offline resize orientationchange message messageerror storage popstate hashchange scroll scrollend submit reset " +
  "formdata invalid abort progress loadstart loadend securitypolicyviolation slotchange unhandledrejection " +
  "rejectionhandled beforeprint afterprint transitionend transitionstart transitionrun transitioncancel animationend " +
  "animationstart animationiteration animationcancel beforeinput select selectionchange selectstart toggle beforetoggle " +
  "close cancel dragover dragenter dragleave dragend drag drop touchcancel pointercancel gotpointercapture " +
  "lostpointercapture compositionstart compositionend compositionupdate fullscreenchange navigate currententrychange " +
  "canplay canplaythrough loadeddata loadedmetadata durationchange timeupdate play playing pause seeking seeked stalled " +
  "suspend waiting volumechange ratechange emptied encrypted devicemotion deviceorientation pointerrawupdate " +
  "readystatechange freeze resume appinstalled beforeinstallprompt languagechange controllerchange").split(" "));
const TEXTUAL = /^(text|search|email|url|tel|password|number|date|datetime-local|month|week|time|color|range|)$/;
const ROLES = /^(button|tab|menuitem|menuitemcheckbox|menuitemradio|link|option|switch|checkbox|radio|treeitem|combobox|gridcell)$/;
const SPEAKING = /(?:^|[\s_-])(?:btn|button|link|item|tab|menu|toggle|card|row|option|more|open|next|close|expand|action|nav)/i;

/* Where a framework listens for all that happens below; what happens where, it keeps on the elements. */
const tellsElsewhere = (owner) => quiet(() => Object.keys(owner).some((key) => /^(_reactListening|__reactContainer\$)/.test(key)), false);
/* Event type -> what handles it, for an element: listeners, on-properties, and what frameworks keep on it. */
const handlersOf = (element) => {
  const found = new Map();
  const put = (type, fn) => {
    if (idle(fn)) return;
    if (!found.has(type)) found.set(type, []);
    found.get(type).push(fn);
  };
  const own = typesOf(element);
  if (own && !tellsElsewhere(element)) for (const [type, fns] of own) for (const fn of fns) put(type, fn);
  for (const type of ON) { const fn = element["on" + type]; if (typeof fn === "function") put(type, fn); }
  for (const key of Object.keys(element)) quiet(() => {
    if (key.startsWith("__reactProps$")) {
      for (const [name, fn] of Object.entries(element[key]))
        if (/^on[A-Z]/.test(name) && typeof fn === "function") put(name.slice(2).toLowerCase().replace("doubleclick", "dblclick"), fn);
    } else if (/^__(click|input|change|keydown|keyup|pointerdown|mousedown|dblclick)$/.test(key)) put(key.slice(2), element[key]);
  });
  for (const symbol of Object.getOwnPropertySymbols(element)) quiet(() => {
    const kept = element[symbol];
    for (const type of kept && Object.getPrototypeOf(kept) === Object.prototype ? Object.keys(kept) : [])
      if (type in KINDS) for (const fn of [].concat(kept[type])) if (typeof fn === "function") put(type, fn);
  });
  return found;
};
const isSpeaking = (one) => one.matches("a,button,input,select,textarea,summary,label,[role],[tabindex],[data-action],[data-href],[data-url]") ||
  SPEAKING.test(one.getAttribute("class") || "") || quiet(() => getComputedStyle(one).cursor === "pointer", false);
const MANY_TYPES = 12, LENT = /^(click|mousedown|pointerdown|change|input|submit)$/;
/* Elements that a container's listener is meant for. */
const delegates = (elements) => {
  const found = new Map();
  const put = (element, type, fn) => {
    if (!found.has(element)) found.set(element, new Map());
    const types = found.get(element);
    if (!types.has(type)) types.set(type, []);
    types.get(type).push(fn);
  };
  quiet(() => {
    if (!window.jQuery || !jQuery._data) return;
    for (const owner of [document, ...elements.slice(0, 500)]) {
      const events = jQuery._data(owner, "events") || {};
      for (const type of Object.keys(events)) for (const one of events[type])
        if (one.selector) for (const element of [...jQuery(owner).find(one.selector)].slice(0, 50)) put(element, type, one.handler);
    }
  });
  for (const owner of [window, document, ...elements]) {
    const types = typesOf(owner);
    if (!types || tellsElsewhere(owner)) continue;
    const many = [...types.keys()].filter((type) => type in KINDS).length >= MANY_TYPES;
    const wide = owner === window || owner === document || owner === document.body || owner === document.documentElement;
    for (const [type, fns] of types) {
      if (!(type in KINDS) || /^(mouseenter|mouseleave|mousemove|pointermove|focus|blur|pointerenter|keydown|keyup|keypress)$/.test(type)) continue;
      if (many && !LENT.test(type) || [...fns].every(idle)) continue;
      const inside = wide ? elements : [...owner.querySelectorAll("*")].slice(0, 300);
      for (const one of inside) {
        if (one === owner || one.tagName === "SCRIPT" || one.tagName === "STYLE") continue;
        if (once(spoken, one, isSpeaking) || (!wide && !one.firstElementChild)) for (const fn of fns) put(one, type, fn);
      }
    }
  }
  return found;
};
const keysOf = (fns) => {
  const found = new Set();
  for (const fn of fns) {
    const text = sourceOf(typeof fn === "function" ? fn : fn && fn.handleEvent).slice(0, 4000);
    const held = (/\.ctrlKey/.test(text) ? "Control+" : /\.metaKey/.test(text) ? "Meta+" : "") +
      (/\.altKey/.test(text) ? "Alt+" : "") + (/\.shiftKey/.test(text) ? "Shift+" : "");
    for (const match of text.matchAll(/["'`](Enter|Escape|Esc|Tab|Space|Backspace|Delete|Home|End|Page(?:Up|Down)|Arrow(?:Up|Down|Left|Right)|Key[A-Z]|Digit\d|F\d{1,2}|[ -~])["'`]/g))
      found.add(held + match[1]);
    for (const match of text.matchAll(/(?:keyCode|which|charCode)\s*={2,3}\s*(\d{1,3})/g)) found.add(held + "#" + match[1]);
  }
  return found.size ? [...found].slice(0, 6) : ["Enter", "a"];
};
const fieldOf = (one) => {
  const kind = one.tagName === "SELECT" ? (one.multiple ? "select-multiple" : "select")
    : one.tagName === "TEXTAREA" ? "textarea" : one.type || "text";
  return { name: one.name || one.id || "", kind, value: String(one.value || "").slice(0, 1000),
    options: one.options ? [...one.options].filter((o) => !o.disabled).slice(0, 200).map((o) => o.value) : [],
    required: !!one.required, pattern: one.pattern || "", minlength: Math.max(0, one.minLength || 0),
    maxlength: Math.max(0, one.maxLength || 0), minimum: one.min || "", maximum: one.max || "", step: one.step || "",
    label: quiet(() => (one.labels && one.labels[0] ? one.labels[0].innerText : one.getAttribute("aria-label") || "").slice(0, 120), ""),
    placeholder: one.placeholder || "", accept: one.accept || "", checked: !!one.checked };
};
const fieldsOf = (form) => [...form.elements].filter((one) => /^(INPUT|SELECT|TEXTAREA)$/.test(one.tagName) && !one.disabled &&
  !/^(hidden|submit|button|reset|image)$/.test(one.type)).slice(0, 100);

const placeOf = (element) => {
  let place = "";
  for (let up = element.parentElement, far = 0; up && far < 3; up = up.parentElement, far++) place += up.tagName + "." + mask(String(up.className)) + " ";
  return place;
};
/* What a person would fill in before pressing a button that belongs to no form: the empty fields nearest to it. */
const besides = (element) => {
  if (!element.matches || !element.matches("button,input[type=button],[role=button]") || element.form) return [];
  for (let up = element.parentElement, far = 0; up && far < 4 && up !== document.body; up = up.parentElement, far++) {
    const near = [...up.querySelectorAll("input,textarea,select")].filter((one) => !one.form && !one.value && !one.disabled &&
      !one.readOnly && one.getAttribute("role") !== "combobox" && visible(one) &&
      (one.tagName !== "INPUT" || TEXTUAL.test(one.type) && one.type !== "search"));
    if (near.length) return near.slice(0, 30);
  }
  return [];
};
const pending = () => [...timers.values()].filter((timer) => timer.delay > BRIEF_MS && timer.delay <= LONG_MS && timer.runs < 3);

const list = () => {
  seen = new Map();
  spoken = new Map();
  try { return listAll(); } finally { seen = spoken = null; }
};
const listAll = () => {
  const elements = everything(), lent = delegates(elements), counts = new Map(), groups = new Map();
  const lines = [], actions = [];
  listed = [];
  const add = (element, kind, detail, digest, more) => {
    if (actions.length >= MAX_ACTIONS) return;
    const label = element === window || element === document ? "" : labelOf(element);
    const name = element.tagName ? element.tagName.toLowerCase() : "page";
    const about = [name, quiet(() => element.getAttribute("role"), "") || "", element.type || "", element.name || ""].join(".");
    const group = [kind, detail, about, digest].join("|"), key = group + "|" + mask(label), place = group + "|" + placeOf(element);
    const alike = (groups.get(place) || 0) + 1, same = (counts.get(key) || 0) + 1;
    if (alike > MAX_ALIKE || same > MAX_SAME) return;
    groups.set(place, alike);
    counts.set(key, same);
    const address = quiet(() => (element.tagName === "A" && element.href) || "", "");
    actions.push(Object.assign({ key: key + "#" + same, kind, detail, label, tag: name, address,
      hidden: !(element === window || element === document || visible(element)) }, more || {}));
    const near = kind === "click" ? quiet(() => besides(element), []) : [];
    if (near.length) actions[actions.length - 1].fields = near.map(fieldOf);
    listed.push({ element, kind, detail, near });
  };
  for (const element of [window, document, ...elements]) quiet(() => describe(element, lent, lines, add));
  if (observed.size || document.documentElement.scrollHeight > window.innerHeight + 50 || typesOf(window) && typesOf(window).has("scroll") ||
      typesOf(document) && typesOf(document).has("scroll") || elements.some((one) => typesOf(one) && typesOf(one).has("scroll")))
    add(document, "scroll", "", "");
  if (pending().length) add(window, "wait", "", hash(pending().map((timer) => sourceOf(timer.work)).sort().join()));
  return { actions, lines, elements: elements.length };
};
const describe = (element, lent, lines, add) => {
  const page = element === window || element === document;
  const tag = page ? "" : element.tagName.toLowerCase();
  if (!page && /^(script|style|link|meta|head|title|template|noscript|br|html)$/.test(tag)) return;
  if (!page && lines.length < MAX_LINES && visible(element)) {
    const text = ownText(element), control = /^(input|select|textarea|button|a|iframe|form|summary|dialog|img)$/.test(tag);
    if (text || control) lines.push([tag, element.type || "", element.name || "", text].join("|"));
  }
  if (!page && (element.disabled || element.inert)) return;
  const types = page ? new Map() : handlersOf(element);
  if (page && typesOf(element) && !tellsElsewhere(element)) for (const [type, fns] of typesOf(element)) types.set(type, [...fns]);
  const held = (types.has("pointerdown") || types.has("mousedown")) && !types.has("click");
  const kindOf = (type) => KINDS[type] || type, own = new Map(types), given = lent.get(element);
  const mine = new Set([...own.keys()].map(kindOf));
  if (given) for (const [type, fns] of given) if (!mine.has(kindOf(type))) types.set(type, fns);
  // By what is its own alone: what listens further up comes and goes.
  const digest = (kind) => hash([...own].filter(([type]) => kindOf(type) === kind)
    .map(([, fns]) => fns.map((fn) => sourceOf(typeof fn === "function" ? fn : fn && fn.handleEvent)).join()).join());
  const kinds = new Set();
  for (const [type] of types) {
    if (KINDS[type]) kinds.add(KINDS[type]);
    else if (!NATIVE.has(type.toLowerCase())) add(element, "custom", type, hash(sourceOf(types.get(type)[0])));
  }
  if (page) {
    if (kinds.has("key")) for (const key of keysOf([...types].filter(([t]) => KINDS[t] === "key").flatMap(([, f]) => f)))
      add(element, "key", key, digest("key"));
    for (const kind of ["dblclick", "context", "press", "wheel", "clip"]) if (kinds.has(kind)) add(element, kind, "", digest(kind));
    return;
  }
  defaults(element, tag, kinds, types, add, digest);
  if (held) kinds.add("press");
  if (held) add(element, "drag", "pointer", digest("click"));
  for (const kind of kinds) {
    if (kind === "key") {
      for (const key of keysOf([...types].filter(([t]) => KINDS[t] === "key").flatMap(([, f]) => f))) add(element, "key", key, digest("key"));
    } else if (kind === "change") fill(element, tag, add, digest);
    else add(element, kind, "", digest(kind));
  }
};
const defaults = (element, tag, kinds, types, add, digest) => {
  const type = element.type || "";
  if (tag === "form") {
    const fields = fieldsOf(element).map(fieldOf);
    const buttons = [...element.elements].filter((one) => /^(submit|image)$/.test(one.type) && !one.disabled).slice(0, 4);
    const about = { fields, action: absolute(element.getAttribute("action") || location.href), method: (element.method || "get").toUpperCase() };
    const shape = hash(fields.map((one) => one.name + one.kind).join() + sourceOf(element.onsubmit || (() => 0)) +
      [...((typesOf(element) || new Map()).get("submit") || [])].map(sourceOf).join());
    buttons.forEach((one, at) => add(element, "form", String(at), shape, Object.assign({ label: labelOf(one) }, about)));
    if (!buttons.length) add(element, "form", "-1", shape, about);
    return;
  }
  if (tag === "button" || tag === "summary" || (tag === "input" && /^(button|checkbox|radio|image)$/.test(type)) ||
      ROLES.test(element.getAttribute("role") || "") || element.hasAttribute("popovertarget") || element.hasAttribute("commandfor")) {
    if (!(element.form && /^(submit|image)$/.test(type)) || kinds.has("click")) kinds.add("click");
  } else if (tag === "a" && element.hasAttribute("href")) {
    const href = element.getAttribute("href").trim();
    if (/^javascript:/i.test(href) || (/^#/.test(href) && href.length > 1)) kinds.add("click");
  } else if (tag === "select" || (tag === "input" && (type === "file" || TEXTUAL.test(type))) || tag === "textarea") {
    if (tag === "select" || type === "file" || !element.form) kinds.add("change");
  } else if (element.isContentEditable && element.getAttribute("contenteditable") !== null) kinds.add("change");
  if (tag === "label" && kinds.size === 1 && kinds.has("click") && !types.size) kinds.delete("click");
  if (element.draggable && element.getAttribute("draggable") === "true") kinds.add("drag");
};
const fill = (element, tag, add, digest) => {
  if (tag === "select") {
    const options = [...element.options];
    options.forEach((one, at) => {
      if (!one.disabled && at !== element.selectedIndex && at < 12) add(element, "choose", String(at), digest("change") + mask(one.text));
    });
  } else if (tag === "input" && /^(checkbox|radio)$/.test(element.type)) add(element, "click", "", digest("change"));
  else if (/^(input|textarea)$/.test(tag) || element.isContentEditable) add(element, "type", "", digest("change"), { fields: [fieldOf(element)] });
  else add(element, "custom", "change", digest("change"));
};

/* ---- doing it ---- */
const send = (element, Maker, type, more) => quiet(() => apply(nativeDispatch, element, [new Maker(type, Object.assign(
  { bubbles: !/^(mouse|pointer)(enter|leave)$|^(focus|blur)$/.test(type), cancelable: true, composed: true, view: window }, more || {}))]));
const spot = (element) => quiet(() => {
  const box = element.getBoundingClientRect();
  return { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 };
}, {});
const point = (element, names, more) => {
  const at = Object.assign(spot(element), { pointerId: 1, isPrimary: true, pointerType: "mouse" }, more || {});
  for (const name of names) send(element, name.startsWith("pointer") ? PointerEvent : MouseEvent, name, at);
};
const touch = (element, type) => {
  const finger = quiet(() => new Touch(Object.assign({ identifier: 1, target: element }, spot(element))), null);
  const held = finger && type !== "touchend" ? [finger] : [];
  send(element, TouchEvent, type, { touches: held, targetTouches: held, changedTouches: finger ? [finger] : [] });
};
const ENTERING = ["pointerover", "pointerenter", "mouseover", "mouseenter", "pointermove", "mousemove"];
const click = (element) => {
  point(element, [...ENTERING, "pointerdown", "mousedown"]);
  quiet(() => element.focus && element.focus());
  point(element, ["pointerup", "mouseup"]);
  apply(nativeAdd, window, ["click", stay, { once: true }]);
  if (typeof element.click === "function") quiet(() => element.click());
  else point(element, ["click"]);
  quiet(() => EventTarget.prototype.removeEventListener.call(window, "click", stay));
};
/* Taken hold of, moved down by its own height and more, let go. */
const pull = (element) => {
  const from = spot(element), height = quiet(() => element.getBoundingClientRect().height, 0) || 20;
  point(element, [...ENTERING, "pointerdown", "mousedown"], { buttons: 1 });
  for (const far of [8, height * 1.5, height * 2]) {
    const to = { clientX: from.clientX + 2, clientY: from.clientY + far, buttons: 1 };
    point(quiet(() => document.elementFromPoint(to.clientX, to.clientY), null) || element, ["pointermove", "mousemove"], to);
  }
  point(element, ["pointerup", "mouseup"], { clientX: from.clientX + 2, clientY: from.clientY + height * 2 });
};
const CODES = { Enter: 13, Escape: 27, Tab: 9, Space: 32, Backspace: 8, Delete: 46, ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40 };
const press = (element, chord) => {
  const parts = chord.length > 1 ? chord.split("+").filter(Boolean) : [chord];
  let key = parts.pop() || "+";
  const code = key.startsWith("#") ? +key.slice(1) : 0;
  if (code) key = Object.keys(CODES).find((name) => CODES[name] === code) || String.fromCharCode(code).toLowerCase();
  let place = key;
  if (/^Key[A-Z]$/.test(key)) { place = key; key = key.slice(3).toLowerCase(); }
  else if (/^Digit\d$/.test(key)) key = key.slice(5);
  else if (/^[a-z]$/i.test(key)) place = "Key" + key.toUpperCase();
  if (key === "Space") key = " ";
  const number = code || CODES[key] || key.toUpperCase().charCodeAt(0);
  const more = { key, code: place, keyCode: number, which: number, charCode: key.length === 1 ? key.charCodeAt(0) : 0,
    ctrlKey: parts.includes("Control"), metaKey: parts.includes("Meta"), altKey: parts.includes("Alt"), shiftKey: parts.includes("Shift") };
  const target = element === window ? document.body || document : element;
  quiet(() => target.focus && target.focus());
  for (const name of ["keydown", "keypress", "keyup"]) send(target, KeyboardEvent, name, more);
};
const put = (element, value) => {
  if (element.isContentEditable) { element.textContent = value; }
  else if (element.type === "file") {
    const files = new DataTransfer();
    files.items.add(new File([value.content || ""], value.name || "sample.txt", { type: value.type || "" }));
    element.files = files.files;
  } else if (element.tagName === "SELECT") {
    for (const one of element.options) if (one.value === value) { one.selected = true; break; }
  } else if (element.type === "checkbox" || element.type === "radio") {
    // By a click, since frameworks listen for that; it says that it changed by itself.
    if (!element.checked && (element.type === "checkbox" || element.value === value)) element.click();
    return;
  } else {
    const kind = element.tagName === "TEXTAREA" ? HTMLTextAreaElement : HTMLInputElement;
    if (element.type === "range" && element.value === value) { element.stepUp(); if (element.value === value) element.stepDown(); }
    else getOwnPropertyDescriptor(kind.prototype, "value").set.call(element, value);
  }
  send(element, InputEvent, "input", { data: typeof value === "string" ? value : "" });
  send(element, Event, "change");
};
const wait = (time) => new Promise((done) => apply(nativeLater, window, [done, time]));
/* One after another, with time for the page's scripts to take each up. */
const enter = async (fields, values) => {
  for (const [index, one] of fields.entries()) if (values[index] != null) {
    quiet(() => put(one, values[index]));
    await wait(0);
  }
};
const submit = async (form, at, values) => {
  await enter(fieldsOf(form), values);
  const buttons = [...form.elements].filter((one) => /^(submit|image)$/.test(one.type) && !one.disabled);
  const target = form.getAttribute("target");
  form.removeAttribute("target");
  form.noValidate = true;
  if (buttons.length) buttons[Math.min(Math.max(at, 0), buttons.length - 1)].click();
  else form.requestSubmit();
  if (target !== null) form.setAttribute("target", target);
};
const scroll = async () => {
  for (const one of [...observed]) { quiet(() => one.scrollIntoView()); await wait(30); }
  for (const one of everything()) if (one.scrollHeight > one.clientHeight + 20 && one.clientHeight > 20) {
    quiet(() => { one.scrollTop = one.scrollHeight; });
    send(one, Event, "scroll");
  }
  window.scrollTo(0, document.documentElement.scrollHeight);
  send(document, Event, "scroll");
  send(window, Event, "resize");
  await wait(60);
};
const DOING = {
  click: async (element, detail, values, near) => {
    if (near.length && values.length) await enter(near, values);
    if (!element.disabled) click(element);
  },
  wait: async () => { for (let round = 0; round < 3; round++) { forward(LONG_MS); await wait(20); } },
  dblclick: (element) => { click(element); click(element); point(element, ["dblclick"]); },
  hover: (element) => point(element, ENTERING),
  leave: (element) => point(element, ["pointerout", "pointerleave", "mouseout", "mouseleave"]),
  context: (element) => { point(element, ["pointerdown", "mousedown", "contextmenu", "pointerup", "mouseup", "auxclick"], { button: 2, buttons: 2 }); },
  press: async (element) => {
    touch(element, "touchstart");
    point(element, ["pointerdown", "mousedown"], { pointerType: "touch" });
    await wait(40);
    forward(3000);
    touch(element, "touchmove");
    touch(element, "touchend");
    point(element, ["pointerup", "mouseup"], { pointerType: "touch" });
  },
  focus: async (element) => {
    quiet(() => element.focus());
    if (document.activeElement !== element) for (const name of ["focus", "focusin"]) send(element, FocusEvent, name);
    await wait(20);
    quiet(() => element.blur());
    for (const name of ["blur", "focusout"]) if (document.activeElement !== element) send(element, FocusEvent, name);
  },
  key: (element, detail) => press(element, detail),
  wheel: (element) => send(element, WheelEvent, "wheel", { deltaY: 400 }),
  clip: (element) => { for (const name of ["copy", "cut", "paste"]) send(element, ClipboardEvent, name, { clipboardData: new DataTransfer() }); },
  drag: (element, detail) => {
    if (detail === "pointer") return pull(element);
    const carried = new DataTransfer();
    send(element, DragEvent, "dragstart", { dataTransfer: carried });
    for (const one of everything().filter((one) => handlersOf(one).has("drop")).slice(0, 3))
      for (const name of ["dragenter", "dragover", "drop"]) send(one, DragEvent, name, { dataTransfer: carried });
    send(element, DragEvent, "dragend", { dataTransfer: carried });
  },
  choose: (element, detail) => { element.selectedIndex = +detail; send(element, InputEvent, "input"); send(element, Event, "change"); },
  type: (element, detail, values) => {
    quiet(() => element.focus && element.focus());
    put(element, values[0] == null ? "test" : values[0]);
    if (element.type !== "file") { press(element, "a"); press(element, "Enter"); }
  },
  form: (element, detail, values) => submit(element, +detail, values),
  scroll: () => scroll(),
  custom: (element, detail) => send(element, CustomEvent, detail, { detail: {} }),
};
const perform = async (index, values) => {
  const chosen = listed[index];
  if (!chosen) return "gone";
  const { element, kind, detail, near } = chosen;
  if (element !== window && element !== document && !element.isConnected) return "gone";
  const work = DOING[kind];
  const held = quiet(() => { const made = work(element, detail, values || [], near); return made; }, null);
  await Promise.race([held, wait(3000)]).catch(() => 0);
  return "";
};

const stored = () => {
  const found = [];
  for (const name of ["localStorage", "sessionStorage"]) quiet(() => {
    const kept = window[name];
    for (let at = 0; at < kept.length && at < 200; at++) found.push(String(kept.getItem(kept.key(at))).slice(0, 20000));
  });
  return found;
};
const markup = () => {
  let html = document.documentElement ? document.documentElement.outerHTML : "";
  for (const one of everything()) {
    if (html.length > MAX_HTML) break;
    const inner = rootOf(one);
    if (inner) html += "<div>" + inner.innerHTML + "</div>";
  }
  return html.slice(0, MAX_HTML);
};
/* Two pictures of the page, as long as it is drawn at all: what waits for one has had its turn. */
const drawn = () => new Promise((done) => {
  apply(nativeLater, window, [done, FRAMES_MS]);
  apply(nativeFrame, window, [() => apply(nativeFrame, window, [done])]);
});
/* What waits for a movement to end waits no longer. */
const arrive = () => quiet(() => {
  for (const one of document.getAnimations())
    if (one.playState === "running" && Number.isFinite(one.effect.getComputedTiming().endTime)) { one.finish(); stirred = now(); }
});
const isFlying = () => {
  for (const [key, since] of flights) if (now() - since >= FLIGHT_MS) flights.delete(key);
  return flights.size > 0;
};
/* Until nothing is under way that is known to come, and nothing has changed for a moment. */
const still = async (end) => {
  stirred = landed = now();
  const observer = new MutationObserver(() => { stirred = now(); });
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  try {
    while (now() < end) {
      await Promise.all([wait(QUIET_MS), drawn()]);
      arrive();
      if (!isFlying() && !(soon.size && now() - landed < SOON_MS) && now() - stirred >= QUIET_MS) return;
    }
  } finally { observer.disconnect(); }
};
const rest = async (limit) => {
  const end = now() + limit;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    await still(end);
    if (!forward(BRIEF_MS)) return;
  }
  await still(end);
};
const take = () => notes.splice(0, notes.length);
const read = () => ({ url: location.href, base: document.baseURI, html: markup(), storage: stored() });
/* What was not told yet of what `read` gives: the same markup is told once. */
const news = () => {
  const found = read(), key = [found.url, found.base, found.html].join("\n");
  const again = told.has(key);
  if (told.size >= MAX_TOLD) told.clear();
  told.add(key);
  return again ? Object.assign(found, { html: "" }) : found;
};
/* One action, or none for an index below 0; then all that is to be known, as text, which is quicker to hand over. */
const step = async (index, values, limit) => {
  const done = index < 0 ? "" : await perform(index, values);
  await rest(limit);
  return JSON.stringify({ done, flying: isFlying(), noted: take(), read: news(), shown: list() });
};
const api = { list, perform, forward, take, read, step };
})();

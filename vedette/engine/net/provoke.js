// Does to the elements whose attributes carry a token what people could do to them. Gives how many things were done.
(token) => {
  const peoples = new RegExp(
    "^on(click|dblclick|auxclick|contextmenu|mouse|pointer|touch|focus|blur|key|input|change|wheel|drag|drop|toggle" +
      "|select|copy|cut|paste|beforeinput|submit)",
  );
  const script = /^[\x00-\x20]*j\s*a\s*v\s*a\s*s\s*c\s*r\s*i\s*p\s*t\s*:/i;
  const most = 20;
  let done = 0;

  const visible = (element) =>
    element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden" && !element.disabled;

  const fire = (element, name) => {
    if (name === "onclick") element.click();
    else if (/^on(focus|blur)/.test(name)) {
      if (element.tabIndex < 0) return;
      element.focus();
      element.blur();
    } else element.dispatchEvent(new Event(name.slice(2), { bubbles: true, cancelable: true }));
    done += 1;
  };

  const follow = (element, name) => {
    const tag = element.localName;
    if ((tag === "a" || tag === "area") && /href$/.test(name)) {
      element.removeAttribute("target");
      element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, view: window }));
    } else if (tag === "form" && name === "action") {
      element.removeAttribute("target");
      element.submit();
    } else if (name === "formaction") element.click();
    else return;
    done += 1;
  };

  const within = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (done >= most) return;
      if (element.shadowRoot) within(element.shadowRoot);
      const own = [...element.attributes].filter((one) => one.value.toLowerCase().includes(token));
      if (!own.length || !visible(element)) continue;
      for (const attribute of own) {
        const name = attribute.name.toLowerCase();
        if (peoples.test(name)) fire(element, name);
        else if (script.test(attribute.value)) follow(element, name);
      }
    }
  };

  within(document);
  return done;
}

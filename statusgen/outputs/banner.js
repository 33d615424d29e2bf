// Shows a banner on somebody's own page, only when there is something to say.
// What a reader puts away is kept in localStorage; there are no cookies, and nothing throws.
try {
  const script = document.currentScript || document.querySelector("script[src*='/embed/script.js']");
  const address = new URL("messages.json", script.src).href;
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  // Screen readers tell what changes in an element that was there before.
  const status = document.createElement("div");
  let said = {}, hidden = [], shown;

  const attempt = (action) => {
    try {
      action();
    } catch {}
  };
  const add = (parent, tag, text, more) =>
    parent.appendChild(Object.assign(document.createElement(tag), { textContent: text }, more));
  const primary = (tag) => tag.split("-")[0];

  const show = () => attempt(() => {
    const tags = Object.keys(said);
    const wanted = document.documentElement.lang.toLowerCase();
    const tag =
      tags.find((tag) => tag.toLowerCase() === wanted) ||
      tags.find((tag) => primary(tag) === primary(wanted)) ||
      tags[0];
    const { label, hide, messages } = said[tag];
    const now = Date.now();
    const current = messages.filter(
      ({ key, from, until }) =>
        !hidden.includes(key) && Date.parse(from) <= now && (!until || now < Date.parse(until)));
    if (!host.isConnected) document.body.prepend(host);
    if (shown === (shown = tag + JSON.stringify(current))) return;
    status.textContent = "";
    if (!current.length) return;
    const region = add(status, "section", "", { lang: tag, ariaLabel: label });
    for (const { key, tone, state, title, lang, when, url } of current) {
      const row = add(region, "div", "", { className: tone });
      const text = add(row, "p");
      add(text, "b", state);
      add(text, "a", title, { href: url, lang });
      add(text, "span", when);
      const button = add(row, "button", "\u00d7", { title: hide, ariaLabel: `${hide}: ${title}` });
      button.onclick = () => attempt(() => {
        hidden = [...hidden.slice(-50), key];
        show();
        root.querySelector("button")?.focus();
        localStorage[address] = JSON.stringify(hidden);
      });
    }
  });

  const load = () =>
    fetch(address, { credentials: "omit", referrerPolicy: "no-referrer" })
      .then((answer) => answer.json())
      .then((json) => {
        said = json;
        show();
      })
      .catch(() => {});

  attempt(() => {
    hidden = [...JSON.parse(localStorage[address])];
  });
  attempt(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      section { all: initial; color-scheme: inherit; display: block; font: medium/1.45 system-ui; }
      section div { display: flex; gap: 1em; padding: .6em 1em; border: solid var(--c, #7a838c); border-width: 0 0 1px .4em; background: Canvas; }
      p, a, button { margin: 0; color: CanvasText; }
      p { flex: 1; overflow-wrap: anywhere; }
      a { margin: 0 .6em; }
      button { min-width: 1.6em; height: 1.6em; border: 0; background: none; font: inherit; }
      :focus-visible { outline: 3px solid; }
      .maint { --c: #4a7fd8; }
      .degraded { --c: #b7791f; }
      .partial { --c: #d1651b; }
      .major { --c: #d83a3a; }
      @media print { :host { display: none; } }`);
    root.adoptedStyleSheets = [sheet];
  });
  status.role = "status";
  root.append(status);
  load();
  addEventListener("DOMContentLoaded", show);
  setInterval(show, 15e3);
  setInterval(() => document.hidden || load(), 3e5);
} catch {}

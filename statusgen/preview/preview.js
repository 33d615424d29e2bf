// Served with each page of the preview, and never published.
(() => {
  "use strict";
  const { turn, cookie, moment } = document.currentScript.dataset;

  // At another moment the page's own script must see that moment's clock.
  if (moment) {
    const Real = Date;
    const ahead = Real.parse(moment) - Real.now();
    window.Date = class Date extends Real {
      constructor(...given) {
        super(...(given.length ? given : [Real.now() + ahead]));
      }
      static now() {
        return Real.now() + ahead;
      }
    };
  }

  const changes = new EventSource(`/.preview/changes?turn=${turn}`);
  changes.onmessage = () => location.reload();
  addEventListener("pagehide", () => changes.close());

  const remember = (value, age) => {
    document.cookie = `${cookie}=${value};path=/;max-age=${age};SameSite=Strict`;
    location.reload();
  };
  addEventListener("DOMContentLoaded", () => {
    const panel = document.getElementById("statusgen-preview");
    const input = panel.querySelector("input");
    const show = () => input.value && remember(input.value, 31536000);
    panel.querySelector("[value=show]").addEventListener("click", show);
    panel.querySelector("[value=now]").addEventListener("click", () => remember("", 0));
    input.addEventListener("keydown", (event) => event.key === "Enter" && show());
  });
})();

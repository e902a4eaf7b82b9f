// Whose books are looked at: chosen in the page's head, and kept in its address.

import { account, accounts } from "./api.js";
import { h, show } from "./dom.js";

/** Draws the choice, where there is one: without a second account there is
 * none, unless the address names one that is not there. */
export async function choice(changed) {
  const names = await accounts();
  const chosen = account() || names[0];
  const known = names.includes(chosen) ? names : [...names, chosen];
  const pick = (event) => {
    const name = event.currentTarget.value;
    const search = name === names[0] ? location.pathname : `?account=${encodeURIComponent(name)}`;
    // A loan of one account is none of another's: its list is.
    history.pushState(null, "", `${search}${location.hash.split("/").slice(0, 2).join("/")}`);
    changed();
  };
  const options = known.map((name) => h("option", { value: name, selected: name === chosen }, name));
  show(
    document.getElementById("accounts"),
    known.length > 1 ? h("label", {}, "Account ", h("select", { id: "account", onchange: pick }, options)) : null,
  );
  const select = document.getElementById("account");
  if (select) select.value = chosen;
}

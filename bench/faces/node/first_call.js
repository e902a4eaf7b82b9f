// A whole process: the library is loaded and makes one call.
//     node first_call.js SIDE URL LOAN

import { SIDES } from "./sides.js";

const [side, url, loanId] = process.argv.slice(2);
const it = await SIDES[side](url);
if ((await it.get(loanId)).status !== "TO_REPAY") throw new Error("not the loan");

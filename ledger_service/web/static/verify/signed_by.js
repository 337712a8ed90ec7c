// On pages that show who signed a work: check it in this browser, too.

import { checkShown } from "./authors.js";

checkShown();

// The last step of a login elsewhere: take the token over for this tab, then open the page.
import * as storage from "./storage.js";

storage.recall("token", document.querySelector('meta[name="wenxu-token"]').content);
location.replace("/");

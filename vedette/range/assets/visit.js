// Tell the visitors' log and the statistics that somebody is here.
fetch("/api/visit", {headers: {"X-Client": "web 2.4"}});
fetch("/collect?page=home");

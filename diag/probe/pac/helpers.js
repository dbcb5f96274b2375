// What a proxy script may call, by the names and meanings that Netscape gave and browsers keep, and the IPv6 twins of some.
//
// Nothing here reaches outside. A name that is not among `known` is noted, and the script is stopped by a throw: it is run again
// when the answer is there. A script may catch that throw, so what counts is the note. All that is needed later is taken from
// the language before the script can change it.
(function (given) {
  "use strict";
  const { known, own, now } = JSON.parse(given);
  const number = Number, text = String, parse = parseInt, Moment = Date, Pattern = RegExp;
  const addresses = Object.assign(Object.create(null), known);
  const missing = Object.create(null);
  let asked_own = false;

  const octets = (value) => {
    const parts = text(value).split(".");
    if (parts.length !== 4) return null;
    let sum = 0;
    for (let i = 0; i < 4; i++) {
      const part = parts[i];
      if (part.length < 1 || part.length > 3 || !/^[0-9]+$/.test(part) || number(part) > 255) return null;
      sum = sum * 256 + number(part);
    }
    return sum;
  };

  const groups = (value) => {
    let given = text(value).split("%")[0];
    const tail = given.lastIndexOf(":");
    if (tail < 0) return null;
    const four = given.includes(".") ? octets(given.slice(tail + 1)) : null;
    if (four !== null) given = given.slice(0, tail + 1) + (four >>> 16).toString(16) + ":" + (four & 65535).toString(16);
    const halves = given.split("::");
    if (halves.length > 2) return null;
    const read = (half) => (half === "" ? [] : half.split(":"));
    const before = read(halves[0]), after = halves.length === 2 ? read(halves[1]) : [];
    const gap = 8 - before.length - after.length;
    if (halves.length === 2 ? gap < 1 : gap !== 0) return null;
    const all = before.concat(new Array(gap).fill("0"), after);
    return all.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? all.map((group) => parse(group, 16)) : null;
  };

  const resolve = (host) => {
    const name = text(host).toLowerCase().replace(/\.$/, "");
    if (octets(name) !== null || groups(name) !== null) return [name];
    if (name.length > 253 || /(^|\.)[0-9]+$/.test(name) || !/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name)) return [];
    if (name in addresses) return addresses[name];
    missing[name] = true;
    throw "an address that is not known yet";
  };

  const four_of = (found) => {
    for (const address of found) if (octets(address) !== null) return address;
    return null;
  };

  const own_address = () => {
    asked_own = true;
    return four_of(own) || "127.0.0.1";
  };

  const within = (address, prefix, bits) => {
    const width = address.length === 8 ? 16 : 8;
    for (let i = 0; i < address.length && bits > 0; i++, bits -= width) {
      const shift = Math.max(0, width - bits);
      if (address[i] >> shift !== prefix[i] >> shift) return false;
    }
    return true;
  };

  const bytes = (value) => {
    const four = octets(value);
    return four === null ? groups(value) : [four >>> 24, (four >>> 16) & 255, (four >>> 8) & 255, four & 255];
  };

  const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
  const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
  const word = (value) => text(value).toUpperCase();
  const moment = (words) => {
    const date = new Moment(now);
    const universal = words.length > 0 && word(words[words.length - 1]) === "GMT";
    if (universal) words.pop();
    const get = universal ? "getUTC" : "get";
    return {
      weekday: date[get + "Day"](), day: date[get + "Date"](), month: date[get + "Month"](), year: date[get + "FullYear"](),
      clock: [date[get + "Hours"](), date[get + "Minutes"](), date[get + "Seconds"]()],
    };
  };
  const order = (one, other) => {
    for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return one[i] < other[i] ? -1 : 1;
    return 0;
  };
  const between = (first, value, last) =>
    order(first, last) <= 0
      ? order(first, value) <= 0 && order(value, last) <= 0
      : order(first, value) <= 0 || order(value, last) <= 0;

  // One date as far as it is given: a month by its name, a number up to 31 a day, a greater one a year.
  const dated = (words) => {
    const date = {};
    for (const one of words) {
      const month = MONTHS.indexOf(word(one)), value = parse(one, 10);
      if (month >= 0) date.month = month;
      else if (value >= 1 && value <= 31) date.day = value;
      else if (value > 31) date.year = value;
      else return null;
    }
    return date;
  };

  const helpers = {
    isPlainHostName: (host) => !/[.:]/.test(text(host)),
    dnsDomainIs: (host, domain) => text(host).endsWith(text(domain)),
    localHostOrDomainIs: (host, whole) => text(host) === text(whole) || text(whole).startsWith(text(host) + "."),
    isResolvable: (host) => four_of(resolve(host)) !== null,
    dnsResolve: (host) => four_of(resolve(host)),
    isInNet: (host, pattern, mask) => {
      const address = four_of(resolve(host)), net = octets(pattern), bits = octets(mask);
      return address !== null && net !== null && bits !== null && (octets(address) & bits) === (net & bits);
    },
    myIpAddress: own_address,
    dnsDomainLevels: (host) => text(host).split(".").length - 1,
    // As browsers have it: a dot stands for itself, * for anything, ? for one character, and what else means something in a
    // regular expression goes on meaning that.
    shExpMatch: (value, pattern) => {
      const inside = text(pattern).replace(/\./g, "\\.").replace(/\*/g, ".*").replace(/\?/g, ".");
      return new Pattern("^" + inside + "$").test(text(value));
    },
    weekdayRange: (...words) => {
      const here = moment(words), first = DAYS.indexOf(word(words[0]));
      const last = words.length > 1 ? DAYS.indexOf(word(words[1])) : first;
      return first >= 0 && last >= 0 && between([first], [here.weekday], [last]);
    },
    dateRange: (...words) => {
      const here = moment(words), half = words.length >> 1;
      const single = words.length === 1 || words.length === 3;
      const first = dated(single ? words : words.slice(0, half)), last = single ? first : dated(words.slice(half));
      if (words.length === 0 || first === null || last === null) return false;
      const fields = ["year", "month", "day"].filter((field) => field in first && field in last);
      const key = (date) => fields.map((field) => date[field]);
      // A day beside a month has no field in common: browsers then let every date pass, and scripts rely on it.
      return fields.length === 0 || between(key(first), key(here), key(last));
    },
    timeRange: (...words) => {
      const { clock } = moment(words), hours = words.map((one) => parse(one, 10));
      if (hours.some((value) => !(value >= 0 && value < 60))) return false;
      switch (hours.length) {
        case 1: return clock[0] === hours[0];
        case 2: return hours[0] <= clock[0] && clock[0] <= hours[1];
        case 4: return between([hours[0], hours[1], 0], clock, [hours[2], hours[3], 59]);
        case 6: return between(hours.slice(0, 3), clock, hours.slice(3));
        default: return false;
      }
    },
    alert: () => {},
    isResolvableEx: (host) => resolve(host).length > 0,
    dnsResolveEx: (host) => resolve(host).join(";"),
    isInNetEx: (host, prefix) => {
      const [net, length] = text(prefix).split("/"), wanted = bytes(net), bits = number(length);
      if (wanted === null || !(bits >= 0 && bits <= (wanted.length === 8 ? 128 : 32))) return false;
      return resolve(host).some((address) => {
        const value = bytes(address);
        return value !== null && value.length === wanted.length && within(value, wanted, bits);
      });
    },
    myIpAddressEx: () => {
      asked_own = true;
      return own.join(";");
    },
    sortIpAddressList: (list) => {
      const values = text(list).split(";").map((address) => address.trim()).filter((address) => address !== "");
      const keyed = values.map((address) => [address, bytes(address)]);
      if (values.length === 0 || keyed.some(([, value]) => value === null)) return false;
      keyed.sort(([, a], [, b]) => (a.length !== b.length ? b.length - a.length : order(a, b)));
      return keyed.map(([address]) => address).join(";");
    },
    getClientVersion: () => "1.0",
  };
  for (const name in helpers)
    Object.defineProperty(globalThis, name, { value: helpers[name], writable: true, configurable: true, enumerable: true });

  // Made of operators alone, which no script can change: the first line says whether this machine's address was asked for, each
  // other line is a name.
  return (most) => {
    let told = asked_own ? "own" : "", left = most;
    for (const name in missing) if (left-- > 0) told += "\n" + name;
    return told;
  };
})

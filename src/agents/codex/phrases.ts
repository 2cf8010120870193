/** Words of a used-up plan; they changed with every second version. */
export const LIMIT =
  /usage limit|quota exceeded|out of credits|purchase more credits|plan and billing|workspace .{0,40}credits|try again (?:at|in) \S*\d/iu;

/** `10:52 PM`, `Nov 23rd, 2026 1:48 AM`, and up to 0.50 a time span such as `2 days 17 hours 14 minutes`. */
export const RESET =
  /try again (?:at|in|on) ((?:[A-Z][a-z]{2} \d{1,2}(?:st|nd|rd|th)?(?:, \d{4})?,? )?\d{1,2}:\d{2}(?: ?[AP]M\b|(?! ?[AP]\b))|[A-Z][a-z]{2} \d{1,2}(?:st|nd|rd|th)?(?:, \d{4})?(?![\d,]| \d)|\d+ (?:day|hour|minute|second)s?(?:,? (?:and )?\d+ (?:day|hour|minute|second)s?)*)/iu;

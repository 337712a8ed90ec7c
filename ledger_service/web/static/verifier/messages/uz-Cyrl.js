export default {
 "categories": [
  "one",
  "other"
 ],
 "formats": {
  "bytes": [
   "{} байт",
   "{} байт"
  ],
  "date": "{year} йил {day} {month}",
  "decimal": ",",
  "group": " ",
  "months": [
   "январь",
   "февраль",
   "март",
   "апрель",
   "май",
   "июнь",
   "июль",
   "август",
   "сентябрь",
   "октябрь",
   "ноябрь",
   "декабрь"
  ],
  "units": [
   "{} КБ",
   "{} МБ",
   "{} ГБ",
   "{} ТБ"
  ]
 },
 "language": "uz-Cyrl",
 "plural": "(n != 1)",
 "texts": {},
 "titles": {}
};

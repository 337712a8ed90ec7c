export default {
 "categories": [
  "one",
  "other"
 ],
 "formats": {
  "bytes": [
   "{} bayt",
   "{} bayt"
  ],
  "date": "{year}-yil {day}-{month}",
  "decimal": ",",
  "group": " ",
  "months": [
   "yanvar",
   "fevral",
   "mart",
   "aprel",
   "may",
   "iyun",
   "iyul",
   "avgust",
   "sentabr",
   "oktabr",
   "noyabr",
   "dekabr"
  ],
  "units": [
   "{} KB",
   "{} MB",
   "{} GB",
   "{} TB"
  ]
 },
 "language": "uz",
 "plural": "(n != 1)",
 "texts": {},
 "titles": {}
};

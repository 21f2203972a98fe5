// title.zh: 某段时间内满多少岁的居民
// title.en: people who reach an age in a period
// purpose.zh: 满60、65、80岁即可享受的政策，提前告知本人
// purpose.en: tell people before they turn 60, 65 or 80 what they are entitled to
// area: services_find_people
// audience: cadre, staff
// param: age integer 满几周岁|age = 65
// param: since date 自|from
// param: until date 至|to
// limits: rows 5000, seconds 30
WITH date($since) - duration({days: 1}) - duration({years: $age}) AS after,
     date($until) - duration({years: $age}) AS last
MATCH (r:Resident)
WHERE ($areas IS NULL OR r.area IN $areas) AND r.birth_date > after AND r.birth_date <= last
RETURN r.id AS resident, r.name AS name, r.area AS area, r.birth_date AS birth_date, r.residence AS residence
ORDER BY birth_date, resident

// title.zh: 某日各居委某年龄段人数（默认两至三岁）
// title.en: people of an age on a day, by committee (two- and three-year-olds by default)
// purpose.zh: 定托育点、食堂之前，先数清周岁人数；换一天再数只因生日和迁移而变
// purpose.en: count completed years exactly before placing a nursery or a canteen; another day differs by birthdays and moves only
// area: site_selection
// audience: cadre, staff, service
// param: day date 统计日期|on this day
// param: from_age integer 周岁自|from age = 2
// param: to_age integer 周岁至|to age = 3
WITH date($day) AS today
MATCH (r:Resident)
WHERE ($areas IS NULL OR r.area IN $areas)
  AND r.birth_date <= today - duration({years: $from_age})
  AND r.birth_date > today - duration({years: $to_age + 1})
WITH r.area AS area, r.residence AS residence, today.year - r.birth_date.year
     - CASE WHEN r.birth_date.month * 100 + r.birth_date.day > today.month * 100 + today.day THEN 1 ELSE 0 END AS age
WITH area, age, count(*) AS people, sum(CASE WHEN residence = 'registered' THEN 1 ELSE 0 END) AS living_elsewhere
OPTIONAL MATCH (c:Area {id: area})
RETURN area AS area, c.name AS committee, age AS age, people AS people, living_elsewhere AS of_whom_living_elsewhere
ORDER BY area, age

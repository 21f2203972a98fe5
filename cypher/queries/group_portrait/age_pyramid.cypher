// title.zh: 人口金字塔
// title.en: population pyramid
// purpose.zh: 五岁一组、分性别的人数；不足 10 人的组不显示
// purpose.en: people by five-year band and sex; bands under 10 people are not shown
// area: group_portrait
// audience: cadre, staff, service
// param: day date 统计日期|on this day
WITH date($day) AS today
MATCH (r:Resident)
WHERE ($areas IS NULL OR r.area IN $areas) AND r.birth_date <= today
WITH r.sex AS sex, (today.year - r.birth_date.year
     - CASE WHEN r.birth_date.month * 100 + r.birth_date.day > today.month * 100 + today.day THEN 1 ELSE 0 END) / 5 AS band
WITH band, count(*) AS people, sum(CASE WHEN sex = '1' THEN 1 ELSE 0 END) AS men,
     sum(CASE WHEN sex = '2' THEN 1 ELSE 0 END) AS women
WHERE men >= 10 AND women >= 10
RETURN band * 5 AS from_age, band * 5 + 4 AS to_age, people AS people, men AS men, women AS women
ORDER BY from_age

// title.zh: 纯老家庭
// title.en: dwellings where everybody is old
// purpose.zh: 两人及以上、全部高龄的家庭，遇事无人帮手
// purpose.en: two or more people and nobody younger to help
// area: risk_warning
// audience: cadre, staff
// param: day date 统计日期|on this day
// param: age integer 周岁不低于|least age = 70
// limits: rows 5000, seconds 30
WITH date($day) AS today
MATCH (r:Resident)-[l:LIVES_IN]->(d:Dwelling)
WHERE ($areas IS NULL OR r.area IN $areas) AND ($areas IS NULL OR d.area IN $areas)
  AND (l.since IS NULL OR l.since <= today) AND (l.until IS NULL OR l.until >= today)
WITH d, count(DISTINCT r) AS people, min(r.birth_date) AS oldest_born,
     sum(CASE WHEN r.birth_date <= today - duration({years: $age}) THEN 0 ELSE 1 END) AS others
WHERE people >= 2 AND others = 0
RETURN d.id AS dwelling, d.address AS address, d.area AS area, d.floor AS floor, people AS people,
       oldest_born AS oldest_born
ORDER BY oldest_born, dwelling

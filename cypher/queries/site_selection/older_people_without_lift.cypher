// title.zh: 高楼层老人多而无电梯的楼组
// title.en: stairwell groups without a lift where older people live high up
// purpose.zh: 加装电梯先看最需要的楼组
// purpose.en: where a lift is needed most
// area: site_selection
// audience: cadre, staff
// param: day date 统计日期|on this day
// param: age integer 周岁不低于|least age = 70
// param: floor integer 楼层不低于|least floor = 4
// param: least integer 至少几位|least number of people = 3
WITH date($day) AS today
MATCH (r:Resident)-[l:LIVES_IN]->(d:Dwelling)-[:IN]->(u:Unit)
WHERE ($areas IS NULL OR r.area IN $areas) AND ($areas IS NULL OR d.area IN $areas)
  AND (l.since IS NULL OR l.since <= today) AND (l.until IS NULL OR l.until >= today)
  AND r.birth_date <= today - duration({years: $age}) AND d.floor >= $floor
  AND NOT coalesce(u.has_lift, false)
WITH u, count(DISTINCT r) AS people, count(DISTINCT d) AS dwellings
WHERE people >= $least
RETURN u.id AS unit, u.address AS address, u.area AS area, u.floors AS floors, people AS people, dwellings AS dwellings
ORDER BY people DESC, unit

// title.zh: 楼组人数与照护对象
// title.en: people of each stairwell group, and who needs care
// purpose.zh: 封控、配送、应急疏散时每个楼组有多少户、多少人、多少老小
// purpose.en: dwellings, people, very old and very young of each group, for deliveries or an evacuation
// area: epidemic
// audience: cadre, staff
// param: place text 地址前缀，如 汾西路261弄|beginning of the canonical address
// param: day date 统计日期|on this day
WITH date($day) AS today
MATCH (r:Resident)-[l:LIVES_IN]->(d:Dwelling)-[:IN]->(u:Unit)
WHERE u.address_key STARTS WITH $place
  AND ($areas IS NULL OR r.area IN $areas) AND ($areas IS NULL OR d.area IN $areas)
  AND (l.since IS NULL OR l.since <= today) AND (l.until IS NULL OR l.until >= today)
WITH DISTINCT today, u, d, r
WITH u, count(DISTINCT d) AS dwellings, count(DISTINCT r) AS people,
     sum(CASE WHEN r.birth_date <= today - duration({years: 80}) THEN 1 ELSE 0 END) AS over_80,
     sum(CASE WHEN r.birth_date > today - duration({years: 3}) THEN 1 ELSE 0 END) AS under_3
RETURN u.id AS unit, u.address AS address, u.area AS area, dwellings AS dwellings, people AS people, over_80 AS over_80,
       under_3 AS under_3
ORDER BY unit

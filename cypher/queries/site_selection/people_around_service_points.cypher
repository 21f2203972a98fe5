// title.zh: 服务半径内的适龄居民
// title.en: people within the radius of each service point
// purpose.zh: 每个点直线半径内服务多少人，现有点与候选点对照；重叠处的人会重复计入各点
// purpose.en: how many people live in the straight-line radius of each point, existing beside candidate; overlaps count at every point
// area: site_selection
// audience: staff
// param: kind text 服务点类型代码|kind of service point (code) = canteen
// param: metres number 直线半径（米）|radius, metres = 500
// param: day date 统计日期|on this day
// param: from_age integer 周岁自|from age = 60
WITH date($day) AS today
MATCH (r:Resident)-[l:LIVES_IN]->(d:Dwelling)-[:IN]->(u:Unit)
WHERE ($areas IS NULL OR r.area IN $areas) AND ($areas IS NULL OR d.area IN $areas)
  AND (l.since IS NULL OR l.since <= today) AND (l.until IS NULL OR l.until >= today)
  AND r.birth_date <= today - duration({years: $from_age})
WITH u, count(DISTINCT r) AS people
MATCH (p:ServicePoint {kind: $kind})
WITH p, people, 6371000 * sqrt((radians(u.lon - p.lon) * cos(radians(p.lat))) ^ 2 + radians(u.lat - p.lat) ^ 2) AS metres
WITH p, sum(CASE WHEN metres <= $metres THEN people ELSE 0 END) AS people
RETURN p.id AS point, p.name AS name, p.area AS area, p.status AS status, p.capacity AS capacity, people AS people
ORDER BY people DESC, point

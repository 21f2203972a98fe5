// title.zh: 这套房屋住了多少人
// title.en: how many people live in a dwelling
// purpose.zh: 门户三问之一：按地址查现住人数、户籍人数与户数
// purpose.en: one of the three portal questions: people living here, registered here, and households, by address
// area: services_find_people
// audience: cadre, staff
// param: address text 房屋地址或编号|address or identifier of the dwelling
// param: day date 统计日期|on this day
WITH date($day) AS today
MATCH (d:Dwelling)
WHERE (d.id = $address OR d.address_key = $address OR d.address = $address) AND ($areas IS NULL OR d.area IN $areas)
OPTIONAL MATCH (r:Resident)-[l:LIVES_IN]->(d)
WHERE ($areas IS NULL OR r.area IN $areas)
  AND (l.since IS NULL OR l.since <= today) AND (l.until IS NULL OR l.until >= today)
WITH d, count(DISTINCT r) AS living
OPTIONAL MATCH (g:Resident)-[:REGISTERED_AT]->(d)
WHERE $areas IS NULL OR g.area IN $areas
WITH d, living, count(DISTINCT g) AS registered
OPTIONAL MATCH (h:Household)-[:LIVES_IN]->(d)
WHERE $areas IS NULL OR h.area IN $areas
WITH d, living, registered, count(DISTINCT h) AS households
RETURN d.id AS dwelling, d.address AS address, d.area AS area, d.use AS use, living AS people_living_here,
       registered AS people_registered_here, households AS households
ORDER BY dwelling

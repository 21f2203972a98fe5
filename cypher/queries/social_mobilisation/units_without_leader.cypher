// title.zh: 缺楼组长的楼组
// title.en: stairwell groups without a leader
// purpose.zh: 先补楼组长，再发动群众
// purpose.en: a group without a leader is hard to mobilise; find one first
// area: social_mobilisation
// audience: cadre, staff
MATCH (u:Unit)
WHERE $areas IS NULL OR u.area IN $areas
OPTIONAL MATCH (r:Resident)-[:LEADS]->(u)
WHERE $areas IS NULL OR r.area IN $areas
WITH u, count(r) AS leaders
WITH u.area AS area, count(u) AS units, sum(CASE WHEN leaders = 0 THEN 1 ELSE 0 END) AS without_leader
OPTIONAL MATCH (c:Area {id: area})
RETURN area AS area, c.name AS committee, units AS units, without_leader AS without_leader,
       round(100.0 * without_leader / units, 1) AS percent_without
ORDER BY percent_without DESC, area

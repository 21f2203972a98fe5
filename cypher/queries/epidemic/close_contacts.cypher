// title.zh: 可能的密切接触者
// title.en: possible close contacts of a person
// purpose.zh: 同住、同楼组、同场活动的人，各注明原因
// purpose.en: people of the same dwelling, stairwell group or activity, each with the reason
// area: epidemic
// audience: cadre, staff
// param: resident text 居民编号|identifier of the resident
// param: day date 统计日期|on this day
// param: days integer 回溯多少天的活动|days of activities to look back = 14
WITH date($day) AS today
MATCH (r:Resident {id: $resident})
WHERE $areas IS NULL OR r.area IN $areas
OPTIONAL MATCH (r)-[l:LIVES_IN]->(d:Dwelling)-[:IN]->(u:Unit)
WHERE ($areas IS NULL OR d.area IN $areas)
  AND (l.since IS NULL OR l.since <= today) AND (l.until IS NULL OR l.until >= today)
OPTIONAL MATCH (u)<-[:IN]-(e:Dwelling)<-[m:LIVES_IN]-(o:Resident)
WHERE o.id <> r.id AND ($areas IS NULL OR e.area IN $areas) AND ($areas IS NULL OR o.area IN $areas)
  AND (m.since IS NULL OR m.since <= today) AND (m.until IS NULL OR m.until >= today)
WITH today, r, collect(DISTINCT {id: o.id, nearness: CASE WHEN e.id = d.id THEN 1 ELSE 2 END}) AS neighbours
OPTIONAL MATCH (r)-[p:TOOK_PART_IN]->(a:Activity)<-[q:TOOK_PART_IN]-(g:Resident)
WHERE g.id <> r.id AND ($areas IS NULL OR g.area IN $areas)
  AND p.at = q.at AND p.at <= today AND p.at > today - duration({days: $days})
WITH neighbours, collect(DISTINCT {id: g.id, nearness: 3}) AS guests
UNWIND neighbours + guests AS found
MATCH (c:Resident {id: found.id})
WHERE $areas IS NULL OR c.area IN $areas
RETURN found.nearness AS nearness, ['dwelling', 'unit', 'activity'][found.nearness - 1] AS reason, c.id AS resident,
       c.name AS name, c.area AS area, c.phone AS phone
ORDER BY nearness, resident

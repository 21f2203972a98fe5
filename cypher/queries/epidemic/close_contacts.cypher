// title.zh: 可能的密切接触者
// title.en: possible close contacts of a person
// purpose.zh: 同住、同楼组、同场活动的人，各注明原因
// purpose.en: people of the same dwelling, stairwell group or activity, each with the reason
// area: epidemic
// audience: cadre, staff
// param: resident text 居民编号|identifier of the resident
// param: day date 统计日期|on this day
// param: days integer 回溯多少天的活动|days of activities to look back = 14
CALL {
  WITH date($day) AS today
  MATCH (r:Resident {id: $resident})-[l:LIVES_IN]->(d:Dwelling)<-[m:LIVES_IN]-(o:Resident)
  WHERE o.id <> r.id
    AND ($areas IS NULL OR r.area IN $areas) AND ($areas IS NULL OR d.area IN $areas) AND ($areas IS NULL OR o.area IN $areas)
    AND (l.since IS NULL OR l.since <= today) AND (l.until IS NULL OR l.until >= today)
    AND (m.since IS NULL OR m.since <= today) AND (m.until IS NULL OR m.until >= today)
  RETURN 1 AS nearness, 'dwelling' AS reason, o AS contact
  UNION
  WITH date($day) AS today
  MATCH (r:Resident {id: $resident})-[l:LIVES_IN]->(d:Dwelling)-[:IN]->(u:Unit)<-[:IN]-(e:Dwelling)<-[m:LIVES_IN]-(o:Resident)
  WHERE d.id <> e.id AND ($areas IS NULL OR r.area IN $areas) AND ($areas IS NULL OR d.area IN $areas)
    AND ($areas IS NULL OR e.area IN $areas) AND ($areas IS NULL OR o.area IN $areas)
    AND (l.since IS NULL OR l.since <= today) AND (l.until IS NULL OR l.until >= today)
    AND (m.since IS NULL OR m.since <= today) AND (m.until IS NULL OR m.until >= today)
  RETURN 2 AS nearness, 'unit' AS reason, o AS contact
  UNION
  WITH date($day) AS today
  MATCH (r:Resident {id: $resident})-[p:TOOK_PART_IN]->(a:Activity)<-[q:TOOK_PART_IN]-(o:Resident)
  WHERE o.id <> r.id AND p.at = q.at AND p.at <= today AND p.at > today - duration({days: $days})
    AND ($areas IS NULL OR r.area IN $areas) AND ($areas IS NULL OR o.area IN $areas)
  RETURN 3 AS nearness, 'activity' AS reason, o AS contact
}
RETURN nearness AS nearness, reason AS reason, contact.id AS resident, contact.name AS name, contact.area AS area,
       contact.phone AS phone
ORDER BY nearness, resident

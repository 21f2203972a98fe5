// title.zh: 政策项目台账：报名与联系
// title.en: ledger of a programme: enrolments and contacts
// purpose.zh: 各居委已服务、已预约、拒绝、联系不上各多少人
// purpose.en: how many were served, are booked, refused, or could not be reached, by committee
// area: services_find_people
// audience: cadre, staff
// param: programme text 政策项目编号|identifier of the programme
// param: since date 自|from
// param: until date 至|to
MATCH (r:Resident)-[e:ENROLLED_IN|CONTACTED]->(p:Programme {id: $programme})
WHERE ($areas IS NULL OR r.area IN $areas) AND e.at >= date($since) AND e.at <= date($until)
WITH r, collect(DISTINCT coalesce(e.status, '')) AS status, collect(DISTINCT coalesce(e.outcome, '')) AS outcome
WITH r.area AS area, count(r) AS people,
     sum(CASE WHEN 'served' IN status THEN 1 ELSE 0 END) AS served,
     sum(CASE WHEN 'booked' IN status THEN 1 ELSE 0 END) AS booked,
     sum(CASE WHEN 'refused' IN status OR 'refused' IN outcome THEN 1 ELSE 0 END) AS refused,
     sum(CASE WHEN 'reached' IN outcome THEN 1 ELSE 0 END) AS reached,
     sum(CASE WHEN any(o IN outcome WHERE o IN ['no_answer', 'wrong_number', 'moved'])
              AND NOT 'reached' IN outcome THEN 1 ELSE 0 END) AS not_reached
OPTIONAL MATCH (c:Area {id: area})
RETURN area AS area, c.name AS committee, people AS people, served AS served, booked AS booked, refused AS refused,
       reached AS reached, not_reached AS not_reached
ORDER BY area

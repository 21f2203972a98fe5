// title.zh: 各居委走访联系工作量
// title.en: contacts made, by committee
// purpose.zh: 联系多少人次、多少人、联系上多少
// purpose.en: how many contacts, with how many people, and how many were reached
// area: work_analysis
// audience: cadre, staff
// param: since date 自|from
// param: until date 至|to
MATCH (r:Resident)-[c:CONTACTED]->(p:Programme)
WHERE ($areas IS NULL OR r.area IN $areas) AND c.at >= date($since) AND c.at <= date($until)
WITH r.area AS area, count(c) AS contacts, count(DISTINCT r) AS people,
     sum(CASE WHEN c.outcome = 'reached' THEN 1 ELSE 0 END) AS reached,
     sum(CASE WHEN c.channel = 'visit' THEN 1 ELSE 0 END) AS visits
OPTIONAL MATCH (a:Area {id: area})
RETURN area AS area, a.name AS committee, contacts AS contacts, people AS people, visits AS visits, reached AS reached,
       round(100.0 * reached / contacts, 1) AS percent_reached
ORDER BY contacts DESC, area

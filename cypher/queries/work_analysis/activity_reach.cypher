// title.zh: 各居委活动覆盖面
// title.en: how many people activities reach, by committee
// purpose.zh: 是总是那几个人来，还是真的覆盖了居民
// purpose.en: always the same few, or really the residents
// area: work_analysis
// audience: cadre, staff
// param: since date 自|from
// param: until date 至|to
MATCH (r:Resident)
WHERE $areas IS NULL OR r.area IN $areas
OPTIONAL MATCH (r)-[p:TOOK_PART_IN]->(a:Activity)
WHERE p.at >= date($since) AND p.at <= date($until)
WITH r, count(p) AS times
WITH r.area AS area, count(r) AS people, sum(times) AS attendances, sum(CASE WHEN times > 0 THEN 1 ELSE 0 END) AS took_part
OPTIONAL MATCH (c:Area {id: area})
RETURN area AS area, c.name AS committee, people AS people, attendances AS attendances, took_part AS took_part,
       round(100.0 * took_part / people, 1) AS percent_took_part
ORDER BY percent_took_part, area

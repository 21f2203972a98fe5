// title.zh: 疫苗接种平衡表
// title.en: balance of a vaccination
// purpose.zh: 已接种、已预约、拒绝、都没有，四项之和恒等于适龄人数
// purpose.en: served, booked, refused and neither always add up to the people of the age
// area: epidemic
// audience: cadre, staff
// param: programme text 接种项目编号|identifier of the vaccination programme
// param: day date 统计日期|on this day
// param: from_age integer 周岁自|from age = 60
WITH date($day) AS today
MATCH (r:Resident)
WHERE ($areas IS NULL OR r.area IN $areas) AND r.birth_date <= today - duration({years: $from_age})
OPTIONAL MATCH (r)-[e:ENROLLED_IN]->(p:Programme {id: $programme})
WHERE e.at <= today
WITH r, collect(e.status) AS status
WITH r.area AS area, CASE WHEN 'served' IN status THEN 'served' WHEN 'booked' IN status THEN 'booked'
                          WHEN 'refused' IN status THEN 'refused' ELSE 'neither' END AS state
WITH area, count(*) AS eligible, sum(CASE WHEN state = 'served' THEN 1 ELSE 0 END) AS served,
     sum(CASE WHEN state = 'booked' THEN 1 ELSE 0 END) AS booked,
     sum(CASE WHEN state = 'refused' THEN 1 ELSE 0 END) AS refused,
     sum(CASE WHEN state = 'neither' THEN 1 ELSE 0 END) AS neither
OPTIONAL MATCH (c:Area {id: area})
RETURN area AS area, c.name AS committee, eligible AS eligible, served AS served, booked AS booked, refused AS refused,
       neither AS neither
ORDER BY area

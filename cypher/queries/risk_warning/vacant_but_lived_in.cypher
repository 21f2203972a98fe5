// title.zh: 登记空关却有人住的房屋
// title.en: dwellings marked vacant where somebody lives
// purpose.zh: 空关标记会停止推送预警，先核对再停
// purpose.en: a vacant mark silences alarms; check it before trusting it
// area: risk_warning
// audience: cadre, staff
// param: day date 统计日期|on this day
WITH date($day) AS today
MATCH (r:Resident)-[l:LIVES_IN]->(d:Dwelling)
WHERE d.use = 'vacant' AND ($areas IS NULL OR r.area IN $areas) AND ($areas IS NULL OR d.area IN $areas)
  AND (l.since IS NULL OR l.since <= today) AND (l.until IS NULL OR l.until >= today)
WITH d, count(DISTINCT r) AS people, min(r.birth_date) AS oldest_born
RETURN d.id AS dwelling, d.address AS address, d.area AS area, people AS people, oldest_born AS oldest_born
ORDER BY area, dwelling

// title.zh: 居住过密的房屋
// title.en: crowded dwellings
// purpose.zh: 人均面积低于标准、疑似群租的房屋
// purpose.en: too little floor for each person, possibly let by the bed
// area: risk_warning
// audience: cadre, staff
// param: day date 统计日期|on this day
// param: square_metres number 人均面积低于（平方米）|floor for each person below, square metres = 5
// param: least integer 至少几人|least number of people = 4
WITH date($day) AS today
MATCH (r:Resident)-[l:LIVES_IN]->(d:Dwelling)
WHERE ($areas IS NULL OR r.area IN $areas) AND ($areas IS NULL OR d.area IN $areas)
  AND (l.since IS NULL OR l.since <= today) AND (l.until IS NULL OR l.until >= today)
WITH d, count(DISTINCT r) AS people
WHERE people >= $least AND d.floor_area < $square_metres * people
RETURN d.id AS dwelling, d.address AS address, d.area AS area, d.use AS use, d.floor_area AS floor_area,
       people AS people, round(d.floor_area / people, 1) AS square_metres_each
ORDER BY square_metres_each, dwelling

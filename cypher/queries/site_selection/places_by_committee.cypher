// title.zh: 各居委服务点位与适龄人数
// title.en: places of a service against people of the age, by committee
// purpose.zh: 哪里的人多、位置少，先看哪里
// purpose.en: where many people share few places
// area: site_selection
// audience: cadre, staff
// param: kind text 服务点类型代码|kind of service point (code) = nursery
// param: day date 统计日期|on this day
// param: from_age integer 周岁自|from age = 2
// param: to_age integer 周岁至|to age = 3
WITH date($day) AS today
MATCH (r:Resident)
WHERE ($areas IS NULL OR r.area IN $areas) AND coalesce(r.residence, '') <> 'registered'
  AND r.birth_date <= today - duration({years: $from_age})
  AND r.birth_date > today - duration({years: $to_age + 1})
WITH r.area AS area, count(r) AS people
OPTIONAL MATCH (p:ServicePoint {area: area, kind: $kind, status: 'existing'})
WITH area, people, count(p) AS points, sum(coalesce(p.capacity, 0)) AS places
OPTIONAL MATCH (c:Area {id: area})
RETURN area AS area, c.name AS committee, people AS people, points AS points, places AS places,
       people - places AS people_beyond_places
ORDER BY people_beyond_places DESC, area

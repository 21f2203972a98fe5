// title.zh: 独居老人
// title.en: older people who live alone
// purpose.zh: 按实际居住而非标签找出独居老人，附最近一次联系日期
// purpose.en: found by who lives in the dwelling, not by a tag, with the day of the last contact
// area: risk_warning
// audience: cadre, staff
// param: day date 统计日期|on this day
// param: age integer 周岁不低于|least age = 70
// limits: rows 5000, seconds 30
WITH date($day) AS today
MATCH (r:Resident)-[l:LIVES_IN]->(d:Dwelling)
WHERE ($areas IS NULL OR r.area IN $areas) AND ($areas IS NULL OR d.area IN $areas)
  AND (l.since IS NULL OR l.since <= today) AND (l.until IS NULL OR l.until >= today)
  AND r.birth_date <= today - duration({years: $age})
  AND NOT EXISTS {
    MATCH (o:Resident)-[m:LIVES_IN]->(d)
    WHERE o.id <> r.id AND ($areas IS NULL OR o.area IN $areas)
      AND (m.since IS NULL OR m.since <= today) AND (m.until IS NULL OR m.until >= today)
  }
OPTIONAL MATCH (r)-[c:CONTACTED]->(p:Programme)
WHERE c.at <= today
WITH r, d, max(c.at) AS last_contact
RETURN r.id AS resident, r.name AS name, r.birth_date AS birth_date, d.area AS area, d.address AS address,
       d.floor AS floor, last_contact AS last_contact
ORDER BY birth_date, resident, address

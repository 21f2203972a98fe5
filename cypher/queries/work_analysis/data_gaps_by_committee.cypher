// title.zh: 各居委数据缺项
// title.en: gaps in the data, by committee
// purpose.zh: 缺什么补什么，已有的不再填表
// purpose.en: fill what is missing and never ask for what is known
// area: work_analysis
// audience: cadre, staff
MATCH (r:Resident)
WHERE $areas IS NULL OR r.area IN $areas
WITH r.area AS area, count(r) AS people,
     sum(CASE WHEN r.birth_date IS NULL THEN 1 ELSE 0 END) AS without_birth_date,
     sum(CASE WHEN r.phone IS NULL THEN 1 ELSE 0 END) AS without_phone,
     sum(CASE WHEN coalesce(r.no_dwelling, false) THEN 1 ELSE 0 END) AS without_dwelling,
     sum(CASE WHEN coalesce(r.verified, false) THEN 0 ELSE 1 END) AS not_verified
OPTIONAL MATCH (c:Area {id: area})
RETURN area AS area, c.name AS committee, people AS people, without_birth_date AS without_birth_date,
       without_phone AS without_phone, without_dwelling AS without_dwelling, not_verified AS not_verified
ORDER BY area

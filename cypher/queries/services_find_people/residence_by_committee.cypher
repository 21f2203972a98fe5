// title.zh: 各居委人户一致与人户分离
// title.en: living and registered here, or not, by committee
// purpose.zh: 人户分离的人最容易被漏掉
// purpose.en: those who live away from where they are registered are missed first
// area: services_find_people
// audience: cadre, staff
MATCH (r:Resident)
WHERE $areas IS NULL OR r.area IN $areas
WITH r.area AS area, count(r) AS people,
     sum(CASE WHEN r.residence = 'both' THEN 1 ELSE 0 END) AS at_one_address,
     sum(CASE WHEN r.residence = 'apart' THEN 1 ELSE 0 END) AS at_two_addresses,
     sum(CASE WHEN r.residence = 'living' THEN 1 ELSE 0 END) AS registered_elsewhere,
     sum(CASE WHEN r.residence = 'registered' THEN 1 ELSE 0 END) AS living_elsewhere
OPTIONAL MATCH (c:Area {id: area})
RETURN area AS area, c.name AS committee, people AS people, at_one_address AS at_one_address,
       at_two_addresses AS at_two_addresses, registered_elsewhere AS registered_elsewhere,
       living_elsewhere AS living_elsewhere,
       people - at_one_address - at_two_addresses - registered_elsewhere - living_elsewhere AS unknown
ORDER BY area

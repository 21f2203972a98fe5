// title.zh: 这件事归谁管（如：门口路灯坏了谁修）
// title.en: who handles this (for example: who repairs the street lamp at the gate)
// purpose.zh: 门户三问之二：用自己的话说，找到服务事项和办理单位
// purpose.en: one of the three portal questions: in own words, to the service item and who offers it
// area: services_find_people
// audience: cadre, staff, service
// param: words text 要办的事|what is wanted, in own words
MATCH (i:ServiceItem)
WHERE i.name CONTAINS $words OR $words CONTAINS i.name OR i.description CONTAINS $words
   OR any(s IN coalesce(i.synonyms, []) WHERE s CONTAINS $words OR $words CONTAINS s)
OPTIONAL MATCH (o:Organisation)-[f:OFFERS]->(i)
RETURN i.id AS item, i.name AS service, i.description AS description, o.id AS organisation, o.name AS name,
       o.phone AS phone, o.address AS address, f.capacity AS capacity
ORDER BY item, organisation

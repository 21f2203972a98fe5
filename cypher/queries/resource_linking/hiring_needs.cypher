// title.zh: 辖区企业在招什么人
// title.en: what firms are hiring
// purpose.zh: 门户三问之三：居民从这里知道企业的用工需求
// purpose.en: one of the three portal questions: where residents learn whom firms are looking for
// area: resource_linking
// audience: cadre, staff, service
// param: words text 岗位或单位里的字|words of the post or the firm = null
MATCH (o:Organisation)-[:ASKS]->(n:Need {kind: 'hiring'})
WHERE ($areas IS NULL OR n.area IN $areas) AND n.status IN ['open', 'matched', 'in_progress']
  AND ($words IS NULL OR n.name CONTAINS $words OR n.description CONTAINS $words OR o.name CONTAINS $words)
RETURN n.id AS need, n.name AS title, n.description AS description, n.people AS people, n.raised_on AS raised_on,
       n.due_on AS due_on, o.id AS organisation, o.name AS name, o.phone AS phone, o.address AS address
ORDER BY raised_on DESC, need, organisation

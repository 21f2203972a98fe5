// title.zh: 各居委需求办理情况
// title.en: needs raised, open and overdue, by committee
// purpose.zh: 哪里积压、哪里超期
// purpose.en: where needs pile up and run late
// area: work_analysis
// audience: cadre, staff
// param: day date 统计日期|on this day
WITH date($day) AS today
MATCH (n:Need)
WHERE ($areas IS NULL OR n.area IN $areas) AND (n.raised_on IS NULL OR n.raised_on <= today)
WITH n.area AS area, count(n) AS needs,
     sum(CASE WHEN n.status = 'open' THEN 1 ELSE 0 END) AS open,
     sum(CASE WHEN n.status IN ['matched', 'in_progress'] THEN 1 ELSE 0 END) AS under_way,
     sum(CASE WHEN n.status IN ['done', 'closed'] THEN 1 ELSE 0 END) AS done,
     sum(CASE WHEN n.due_on < today AND NOT n.status IN ['done', 'closed'] THEN 1 ELSE 0 END) AS overdue
OPTIONAL MATCH (c:Area {id: area})
RETURN area AS area, c.name AS committee, needs AS needs, open AS open, under_way AS under_way, done AS done,
       overdue AS overdue
ORDER BY overdue DESC, area

// title.zh: 多重风险信号叠加的居民
// title.en: people with several signals of risk at once
// purpose.zh: 多维预警：列出每个信号，近期已联系上的不再推送
// purpose.en: a warning from several signals, each one shown; those reached lately are left out
// area: risk_warning
// audience: cadre, staff
// param: signals texts 信号标签|tags that are signals = 独居老人,高龄独居老人,行动不便,门诊大病,认知障碍,电话常不通
// param: least integer 至少几个信号|least number of signals = 2
// param: day date 统计日期|on this day
// param: days integer 多少天内已联系上的除外|leave out people reached in so many days = 30
// limits: rows 5000, seconds 30
WITH date($day) AS today, date($day) - duration({days: $days}) AS lately
MATCH (r:Resident)-[h:HAS_TAG]->(t:Tag)
WHERE t.name IN $signals AND ($areas IS NULL OR r.area IN $areas)
  AND (h.since IS NULL OR h.since <= today) AND (h.until IS NULL OR h.until >= today)
WITH r, t.name AS signal, today, lately
ORDER BY signal
WITH r, collect(DISTINCT signal) AS signals, today, lately
WHERE size(signals) >= $least
  AND NOT EXISTS {
    MATCH (r)-[c:CONTACTED]->(p:Programme) WHERE c.outcome = 'reached' AND c.at > lately AND c.at <= today
  }
RETURN r.id AS resident, r.name AS name, r.area AS area, size(signals) AS number, signals AS signals
ORDER BY number DESC, resident

// What a household's records say, in Chinese.
import type { ShownDisposition } from '../state/history';

export const historyZh = {
  registered: (kind: string) => `登记为${kind}`,
  registeredTitle: '户登记',
  placed: '安置到房屋',
  placedIn: (area: string) => `所在区划 ${area}`,
  placedFrom: (time: string) => `自 ${time} 起`,
  dwelling: (id: string) => `房屋 ${id}`,
  withdrawn: (reason: string) => `核减：${reason}`,
  visit: (disposition: string) => `走访：${disposition}`,
  visitRetracted: '撤回走访记录',
  visitRetractedOf: (position: string) => `撤回走访（记录 #${position}）`,
  mode: {
    atDoor: '上门',
    phone: '电话核实',
    video: '视频核实',
    proxy: '他人代答',
    fromPaper: '按纸质登记录入',
  } as Record<string, string>,
  doneBy: (workers: string) => `走访人 ${workers}`,
  enteredBy: (worker: string) => `录入人 ${worker}`,
  persons: (parts: string) => parts,
  retraction: {
    wrongHousehold: '记错了户',
    notVisited: '并未走访',
    duplicate: '重复',
    enteredInError: '录入有误',
  } as Record<string, string>,
  taken: (level: string, role: string) => `${role}：${level}`,
  released: '责任解除',
  level: {
    contactPoint: '联点',
    coversVillage: '包村',
    coversGrid: '包网格',
    coversHousehold: '包户到人',
    neighbour: '互联互助',
  } as Record<string, string>,
  role: { lead: '牵头责任人', coHolder: '共同责任人' } as Record<string, string>,
  basis: { countyOrder: '依据县里安排', townshipOrder: '依据乡镇安排', pairing: '按熟识结对' } as Record<
    string,
    string
  >,
  release: {
    replaced: '换人',
    stoodDown: '撤岗',
    ended: '到期',
    enteredInError: '录入有误',
  } as Record<string, string>,
  holder: (kind: string, id: string) => (kind === 'unit' ? `单位 ${id}` : `编号 ${id}`),
  taskOpened: (ordinal: string, approach: string) => `新任务：第 ${ordinal} 次排查，${approach}`,
  approach: { atDoor: '上门', phone: '电话核实', personDecides: '由人决定怎么办' } as Record<
    string,
    string
  >,
  reason: {
    noAnswerYet: '本轮还没有走访结果',
    nobodyHome: '上次家中无人',
    answerRetracted: '原结果已撤回',
  } as Record<string, string>,
  window: (from: string, to: string) => `时限 ${from} 至 ${to}`,
  taskGiven: (worker: string) => `任务派给 ${worker}`,
  given: { leadOfHousehold: '该户牵头责任人', leastLoadedOfGrid: '本网格手头任务最少的人' } as Record<
    string,
    string
  >,
  taskDone: '任务完成',
  taskDoneBy: (position: string) => `由记录 #${position} 的走访完成`,
  taskCancelled: (reason: string) => `任务取消：${reason}`,
  cancellation: {
    roundClosed: '轮次已结束',
    householdWithdrawn: '该户已核减',
    noLongerDue: '不再需要',
  } as Record<string, string>,
  other: (type: string) => `其他记录（${type}）`,
  and: '、',
  comma: '，',
  between: (name: string, value: string) => `${name} ${value}`,
  disposition: {
    screened: '已摸',
    awayAndReached: '整户外出，已联系上',
    vacant: '空置',
    registeredOnly: '空挂户',
    movedAway: '迁出',
    screenedWhereTheyLive: '已在居住地摸排',
    demolished: '拆除',
    partial: '部分完成',
    noAnswer: '锁门未见',
    appointment: '已预约',
    withheld: '未能完成',
  } satisfies Record<ShownDisposition, string>,
};

export type HistoryWords = typeof historyZh;

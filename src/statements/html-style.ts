/** The page's looks: small enough to read at once, for a phone, a desk and A4. */
export const STYLE = `
:root{color-scheme:light;--ink:#1b2430;--soft:#5b6776;--line:#dfe4ea;--wash:#f5f7f9;--mark:#0b5cad}
*{box-sizing:border-box}
body{margin:0;background:var(--wash);color:var(--ink);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"PT Sans","Noto Sans",Arial,sans-serif;-webkit-text-size-adjust:100%}
main{max-width:56rem;margin:0 auto;padding:2rem;background:#fff}
header{border-top:4px solid var(--mark);padding-top:1rem}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 1rem}
h2,caption,figcaption{font-size:1.1rem;font-weight:600;margin:2rem 0 .5rem;text-align:left}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.5rem;margin:0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.35rem .5rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th:first-child,td:first-child,.totals th:first-child{padding-left:0}
th:last-child,td:last-child,.totals td:last-child{padding-right:0}
thead th{color:var(--soft);font-weight:400;font-size:.85rem;border-bottom-color:var(--soft)}
.totals th{font-weight:400}
.totals td,.totals thead th:not(:first-child),.records td:nth-child(n+4),.records thead th:nth-child(n+4){text-align:right;white-space:nowrap}
.totals tfoot th,.totals tfoot td{font-weight:700;border-bottom:0;padding-top:.6rem}
.records{font-size:.9rem}
.records td:nth-child(3){overflow-wrap:anywhere}
.records td:nth-child(-n+2){white-space:nowrap}
.records th[scope=rowgroup]{padding:1.1rem 0 .3rem;font-weight:600}
figure{margin:0}
svg{display:block;width:100%;height:auto}
svg path{stroke:var(--line);fill:none}
svg text{fill:var(--soft);font-size:11px}
figure ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:.25rem 0 0;padding:0;font-size:.85rem}
figure i{display:inline-block;width:.75em;height:.75em;margin-right:.4em;border-radius:2px}
@media screen and (max-width:40rem){
main{padding:1rem}
dl{grid-template-columns:1fr;gap:0}
dd{margin-bottom:.5rem}
svg text{font-size:16px}
.totals{font-size:.85rem}
.totals th,.totals td{padding-left:.2rem;padding-right:.2rem}
.totals thead th,.totals thead th:not(:first-child){font-size:.7rem;white-space:normal;vertical-align:bottom}
.records thead{display:none}
.records,.records tbody,.records th[scope=rowgroup]{display:block}
.records tr{display:grid;grid-template-columns:4.6rem 1fr auto;column-gap:.6rem;padding:.4rem 0;border-bottom:1px solid var(--line)}
.records tr:first-child{display:block;padding:0}
.records td{padding:0;border:0}
.records td:nth-child(1){grid-area:1/1}
.records td:nth-child(3){grid-area:1/2}
.records td:nth-child(5){grid-area:1/3}
.records td:nth-child(2){grid-area:2/2;color:var(--soft)}
.records td:nth-child(4){grid-area:2/3;color:var(--soft)}
}
@media print{
@page{size:A4;margin:14mm 14mm 16mm}
body{background:none;font-size:9.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{max-width:none;padding:0}
h1{font-size:18pt}
.records{font-size:8.5pt}
th,td{padding-top:1.2mm;padding-bottom:1.2mm}
tr,figure,.totals{break-inside:avoid}
.records th[scope=rowgroup]{break-after:avoid}
}
`
  .trim()
  .replaceAll('\n', '');

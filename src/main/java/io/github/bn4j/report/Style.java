package io.github.bn4j.report;

/** What pages look like. */
final class Style {

    /** Light where the reader does not ask for dark, and on paper; what is too wide scrolls in its own box. */
    static final String CSS =
            """
            :root{--paper:#fff;--ground:#f4f6f8;--text:#1f2933;--faint:#5b6773;--rule:#dde3e8;--good:#1b7f4d;--warn:#c4590a;color-scheme:light}
            @media screen and (prefers-color-scheme:dark){:root{--paper:#161b22;--ground:#0d1117;--text:#e6e9ed;--faint:#9fabb7;\
            --rule:#303943;--good:#5fd196;--warn:#ffa257;color-scheme:dark}}
            *{box-sizing:border-box}
            html{-webkit-text-size-adjust:100%}
            body{margin:0;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,\
            "Helvetica Neue",Arial,"Noto Sans",sans-serif}
            main{max-width:1080px;margin:0 auto;padding:16px}
            h1{font-size:1.6rem;margin:.5rem 0 1rem}
            h2{font-size:1.2rem;margin:0 0 .6rem}
            h3{font-size:1rem;margin:.8rem 0 .3rem}
            section,.tile{background:var(--paper);border:1px solid var(--rule);border-radius:10px;padding:16px;margin:0 0 16px}
            .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,230px),1fr));gap:16px}
            .tile{display:flex;flex-direction:column;overflow-wrap:anywhere}
            .value{font-size:2.2rem;font-weight:650;line-height:1.2;font-variant-numeric:tabular-nums}
            .what,figcaption{color:var(--faint);font-size:.9rem}
            .good{color:var(--good);font-weight:600}
            .warnings{border-left:5px solid var(--warn)}
            ul{margin:0;padding-left:1.2rem}
            li{margin:.25rem 0;overflow-wrap:anywhere}
            p{margin:.4rem 0 .8rem;overflow-wrap:anywhere}
            .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:16px}
            figure{margin:0;min-width:0;break-inside:avoid}
            figure svg{display:block;margin:0 0 4px}
            .small{grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr))}
            @media(max-width:480px){main{padding:8px}section,.tile{padding:10px}}
            .wide{overflow-x:auto}
            table{border-collapse:collapse;font-size:.9rem;min-width:50%}
            th,td{text-align:left;vertical-align:top;padding:5px 14px 5px 0;border-bottom:1px solid var(--rule)}
            thead th{color:var(--faint);font-weight:600;white-space:nowrap}
            tbody th{font-weight:500;white-space:nowrap}
            td{min-width:4rem;max-width:34rem;overflow-wrap:break-word}
            .n{font-variant-numeric:tabular-nums;white-space:nowrap}
            summary{cursor:pointer;font-weight:600;margin:.4rem 0}
            @media print{body{background:#fff;font-size:11pt}main{max-width:none;padding:0}section,.tile{border-color:#ccc}\
            section{break-inside:auto}h2,h3{break-after:avoid}tr{break-inside:avoid}.wide{overflow:visible}td,th{white-space:normal}\
            details::details-content{content-visibility:visible;block-size:auto}}
            """;

    private Style() {}
}

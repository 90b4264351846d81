import { loadPyodide } from "pyodide";
import fs from "node:fs";
const cpu=()=>{const u=process.cpuUsage();return (u.user+u.system)/1e6};
let c=cpu(), t0=performance.now();
const lap=(n)=>{console.log(n,"wall",((performance.now()-t0)/1e3).toFixed(2),"cpu",(cpu()-c).toFixed(2));c=cpu();t0=performance.now()};
const zip=()=>new Uint8Array(fs.readFileSync("../build/web/engine.zip"));
const site="/lib/python3.14/site-packages";
if(process.argv[2]=="make"){
 const py=await loadPyodide({_makeSnapshot:true}); lap("start");
 py.unpackArchive(zip(),"zip",{extractDir:site});
 py.runPython(process.argv[3]);lap("imports");
 const s=py.makeMemorySnapshot(); fs.writeFileSync("/tmp/web-scratch/snap2.bin",s); lap("snap"); console.log(s.length);
} else {
 const s=new Uint8Array(fs.readFileSync("/tmp/web-scratch/snap2.bin")); lap("readsnap");
 const py=await loadPyodide({_loadSnapshot:s}); lap("start from snapshot");
 py.unpackArchive(zip(),"zip",{extractDir:site});
 lap("unpack");
 py.runPython("from jifen_rules.desk import answer; import json; answer('check', json.dumps({'text': 'scheme: demo'}))"); lap("desk and first check");
}

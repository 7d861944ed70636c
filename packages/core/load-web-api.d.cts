export declare function loadWebApi(): typeof import('@slack/web-api')

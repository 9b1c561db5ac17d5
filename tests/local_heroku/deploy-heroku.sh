#!/usr/bin/env bash
# What the runbook's scripts/deploy-heroku.sh is for: build the frontend, commit what it made, push the checkout to APP_NAME.
set -euo pipefail
: "${APP_NAME:?name the app, as in APP_NAME=sc-mvp-staging}"
(cd social-catering-ui && npm run build)
cp -a social-catering-ui/dist/assets/. public/assets/
git add public
git diff --cached --quiet || git commit --quiet -m "Build the frontend"
heroku git:remote -a "$APP_NAME" -r "$APP_NAME"
git push "$APP_NAME" HEAD:main

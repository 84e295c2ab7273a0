@echo off
rem Runs gouji with the Python of this folder. Without arguments the window stays open.
"%~dp0python\python.exe" -m gouji %*
set gouji_status=%errorlevel%
if "%~1"=="" pause
exit /b %gouji_status%

@echo off
rem Runs gouji with the Python of this folder. A double click opens the page of the officer; what is dropped on this
rem file comes as full paths, and goes there too. The window stays open where something went wrong.
set gouji_command=
if not "%~1"=="" if /i "%~1"=="%~f1" set gouji_command=desk
"%~dp0python\python.exe" -m gouji %gouji_command% %*
set gouji_status=%errorlevel%
if "%~1"=="" if not "%gouji_status%"=="0" pause
if "%gouji_command%"=="desk" if not "%gouji_status%"=="0" pause
exit /b %gouji_status%
